using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;

namespace AcademicBert.Training;

/// <summary>
/// A BERT encoder with the tokenizer it was trained with: what pretraining makes, fine-tuning starts from, and a model folder holds.
/// The folder is one of Hugging Face's: <c>bert</c> for post-LN models, <c>megatron-bert</c> for pre-LN ones.
/// </summary>
public sealed class PretrainedBert : IDisposable
{
    internal const string CardFile = "README.md";

    internal PretrainedBert(BertModel model, BertWordPieceTokenizer tokenizer, string? card = null, IReadOnlyList<string>? labels = null)
    {
        if (Mismatch(tokenizer, model.Config) is { } mismatch)
            throw new InvalidDataException(mismatch);
        if (labels is not null && labels.Count != model.Head.Outputs)
            throw new ArgumentException($"There are {labels.Count} names of classes, the model tells {model.Head.Outputs} apart.", nameof(labels));
        (Model, Tokenizer, Card, Labels) = (model, tokenizer, card, labels);
    }

    /// <summary>Shape and architecture.</summary>
    public BertConfig Config => Model.Config;

    /// <summary>The tokenizer.</summary>
    public BertWordPieceTokenizer Tokenizer { get; }

    /// <summary>The model card, Markdown; null if there is none.</summary>
    public string? Card { get; }

    /// <summary>Names of the classes that a fine-tuned model tells apart, in the order of its outputs; null if it has none.</summary>
    public IReadOnlyList<string>? Labels { get; }

    /// <summary>How ML.NET's model files, of <c>mlContext.Model.Save</c>, store the weights. Default fp32, which loads bit for bit as it was; bf16 takes half the room.</summary>
    public WeightType StoredAs { get; set; } = WeightType.Float32;

    /// <summary>Parameters that <c>config.json</c> speaks of and the files did not have, so that their head was left out; empty for models of ours.</summary>
    public IReadOnlyList<string> Missing { get; private init; } = [];

    /// <summary>Tensors of the files that are of no use here, such as the head of another task; empty for models of ours.</summary>
    public IReadOnlyList<string> Unused { get; private init; } = [];

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

    /// <summary>
    /// Loads a model folder: ours, Hugging Face's (<c>bert</c>, <c>megatron-bert</c>) or the reference repository's. Each weight is read from the file to its place, without a copy between.
    /// </summary>
    /// <param name="folder">A folder with <c>config.json</c>, <c>model.safetensors</c> or its shards, and <c>vocab.txt</c> or <c>tokenizer.json</c>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or not supported, or vocabulary and model do not fit; the message names file and tensor or key.</exception>
    public static PretrainedBert Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelFolder.Require(folder);
        BertWordPieceTokenizer tokenizer = TokenizerFolder.Load(folder);
        LoadedModel loaded = ModelFolder.Load(folder);
        try
        {
            string card = Path.Combine(folder, CardFile);
            return new PretrainedBert(loaded.Model, tokenizer, File.Exists(card) ? File.ReadAllText(card) : null, loaded.Labels)
            {
                Missing = loaded.Missing,
                Unused = loaded.Unused,
            };
        }
        catch (InvalidDataException mismatch)
        {
            loaded.Model.Dispose();
            throw new InvalidDataException($"'{folder}': {mismatch.Message}", mismatch);
        }
        catch
        {
            loaded.Model.Dispose();
            throw;
        }
    }

    /// <summary>Whether a model folder holds one that was fine-tuned: with a head that predicts a class or a number of a text, or a class of each word. Reads no weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static bool IsFinetuned(string folder) => ModelFolder.ReadHead(folder).IsFinetuned;

    /// <summary>What <see cref="Load"/> would load, without the weights.</summary>
    /// <inheritdoc cref="Load"/>
    internal static (BertConfig Config, BertWordPieceTokenizer Tokenizer) Describe(string folder)
    {
        ModelFolder.Require(folder);
        BertWordPieceTokenizer tokenizer = TokenizerFolder.Load(folder);
        BertConfig config = ModelFolder.ReadConfig(folder);
        return Mismatch(tokenizer, config) is { } mismatch ? throw new InvalidDataException($"'{folder}': {mismatch}") : (config, tokenizer);
    }

    /// <summary>Writes a model folder: under a temporary name, renamed when it is complete. A model folder of that name is replaced.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="type">How weights are stored. Default fp32, which loads bit for bit as it was.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed; a folder that is there stays.</exception>
    /// <exception cref="IOException">The folder holds other files or folders, which would be lost.</exception>
    public void Save(string folder, WeightType type = WeightType.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ObjectDisposedException.ThrowIf(Model.IsDisposed, this);
        NewFolder.Write(folder, temporary =>
        {
            ModelFolder.Save(Model, temporary, Labels, type);
            TokenizerFolder.Save(Tokenizer, temporary, Config.MaxPositions);
            if (Card is not null)
                File.WriteAllText(Path.Combine(temporary, CardFile), Card);
        }, ModelFolder.ConfigFile);
    }

    /// <summary>Whether a folder holds this network with these parameters, so that it need not be written once more.</summary>
    internal bool IsIn(string folder)
    {
        try
        {
            using PretrainedBert stored = Load(folder);
            return stored.Config == Config && stored.Model.Head == Model.Head && stored.Tokenizer.Fingerprint == Tokenizer.Fingerprint
                && stored.Model.Parameters.Slots.All(slot => stored.Model.Parameters.ToArray(slot).AsSpan().SequenceEqual(Model.Parameters.ToArray(Model.Parameters.Slot(slot.Name))));
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The same with matrix products of another type; replaces this one.</summary>
    internal PretrainedBert In(ComputePrecision precision) => new(Model.In(precision), Tokenizer, Card, Labels) { StoredAs = StoredAs, Missing = Missing, Unused = Unused };

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static string? Mismatch(BertWordPieceTokenizer tokenizer, BertConfig config) => tokenizer.Vocabulary.Count > config.VocabularySize
        ? $"The vocabulary has {tokenizer.Vocabulary.Count} words, the model has embeddings for {config.VocabularySize}: they do not belong together."
        : null;
}
