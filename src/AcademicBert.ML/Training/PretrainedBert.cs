using AcademicBert.Modeling;
using AcademicBert.Tokenization;

namespace AcademicBert.Training;

/// <summary>
/// A BERT encoder with the tokenizer it was trained with: what pretraining makes, fine-tuning starts from, and a model folder holds.
/// The folder is one of Hugging Face's: <c>bert</c> for post-LN models, <c>megatron-bert</c> for pre-LN ones.
/// </summary>
public sealed class PretrainedBert : IDisposable
{
    private const string CardFile = "README.md";

    internal PretrainedBert(BertModel model, BertWordPieceTokenizer tokenizer, string? card = null)
    {
        if (tokenizer.Vocabulary.Count > model.Config.VocabularySize)
            throw new InvalidDataException($"The vocabulary has {tokenizer.Vocabulary.Count} words, the model has embeddings for {model.Config.VocabularySize}: they do not belong together.");
        (Model, Tokenizer, Card) = (model, tokenizer, card);
    }

    /// <summary>Shape and architecture.</summary>
    public BertConfig Config => Model.Config;

    /// <summary>The tokenizer.</summary>
    public BertWordPieceTokenizer Tokenizer { get; }

    /// <summary>The model card, Markdown; null if there is none.</summary>
    public string? Card { get; }

    /// <summary>Parameters and passes.</summary>
    internal BertModel Model { get; }

    /// <summary>A model with random parameters: what pretraining starts from, to compare with.</summary>
    /// <param name="config">Shape and architecture; the vocabulary size is the tokenizer's.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="seed">The same seed gives the same parameters as the start of a run with that seed.</param>
    /// <exception cref="ArgumentException">The configuration is invalid; the message names the property.</exception>
    public static PretrainedBert CreateUntrained(BertConfig config, BertWordPieceTokenizer tokenizer, ulong seed = 42)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tokenizer);
        BertConfig sized = config with { VocabularySize = tokenizer.Vocabulary.Count, TrainedTokenTypes = 1 };
        return new PretrainedBert(BertModel.Create(sized, HeadSpec.MaskedLanguageModel, seed), tokenizer);
    }

    /// <summary>Loads a model folder, ours or Hugging Face's.</summary>
    /// <param name="folder">A folder with <c>config.json</c>, <c>model.safetensors</c> and <c>vocab.txt</c>.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or vocabulary and model do not fit; the message names file and tensor.</exception>
    public static PretrainedBert Load(string folder)
    {
        BertWordPieceTokenizer tokenizer = TokenizerFolder.Load(folder);
        BertModel model = ModelFolder.Load(folder);
        try
        {
            string card = Path.Combine(folder, CardFile);
            return new PretrainedBert(model, tokenizer, File.Exists(card) ? File.ReadAllText(card) : null);
        }
        catch (InvalidDataException mismatch)
        {
            model.Dispose();
            throw new InvalidDataException($"'{folder}': {mismatch.Message}", mismatch);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes a model folder: under a temporary name, renamed when it is complete. A folder of that name is replaced.</summary>
    public void Save(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string temporary = folder + ".tmp";
        if (Directory.Exists(temporary))
            Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        try
        {
            ModelFolder.Save(Model, temporary);
            TokenizerFolder.Save(Tokenizer, temporary, Config.MaxPositions);
            if (Card is not null)
                File.WriteAllText(Path.Combine(temporary, CardFile), Card);
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(temporary, folder);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
