using AcademicBert.Corpus;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>Everything that decides a run but its text: how it is read, cut and tokenized, and how the model is trained. The content of a recipe file.</summary>
public sealed record PretrainingRecipe
{
    /// <summary>The model, the budget and the training.</summary>
    public PretrainingOptions Pretraining { get; init; } = new();

    /// <summary>How documents become samples.</summary>
    public CorpusOptions Corpus { get; init; } = new();

    /// <summary>How the vocabulary is trained where none is given.</summary>
    public VocabularyTrainerOptions Vocabulary { get; init; } = new();

    /// <summary>How text files are read.</summary>
    public TextFileOptions Text { get; init; } = new();

    /// <summary>Reads a recipe file: JSON in camelCase with comments; what it leaves out has its default.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no recipe; the message names file, line and key.</exception>
    public static PretrainingRecipe Load(string path) => OptionsJson.Read<PretrainingRecipe>(path);

    /// <summary>Reads a recipe from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The text is no recipe; the message names source, line and key.</exception>
    public static PretrainingRecipe Parse(string json, string source) => OptionsJson.Parse<PretrainingRecipe>(json, source);

    /// <summary>The recipe as JSON, with every option.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        Pretraining.Validate();
        Corpus.Validate();
        Vocabulary.Validate();
        Text.Validate();
        if (Pretraining.Model.MaxPositions < Corpus.SequenceLength)
            throw new ArgumentException($"{nameof(CorpusOptions)}.{nameof(CorpusOptions.SequenceLength)} is {Corpus.SequenceLength}, but the model has {Pretraining.Model.MaxPositions} positions (Model.MaxPositions).", nameof(Corpus));
    }
}
