using AcademicBert.Corpus;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>Everything that decides a run but its text: how it is read, cut and tokenized, and how the model is trained. The content of a recipe file.</summary>
public sealed record PretrainingRecipe
{
    /// <summary>What the recipe is, in a sentence. Default: nothing.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// Where each number comes from: the path of an option, such as <c>pretraining.schedule.peak</c>, to its source, such as "paper, Table 2". A recipe that has
    /// sources has one for every option it sets, and none for others. Default null: no sources.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Sources { get; init; }

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
    /// <exception cref="InvalidDataException">The file is no recipe; the message names file, line and key. Or its <see cref="Sources"/> are not those of its options.</exception>
    public static PretrainingRecipe Load(string path) => Parse(OptionsJson.ReadText(path), $"'{path}'");

    /// <summary>Reads a recipe from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The text is no recipe; the message names source, line and key. Or its <see cref="Sources"/> are not those of its options.</exception>
    public static PretrainingRecipe Parse(string json, string source)
    {
        PretrainingRecipe recipe = OptionsJson.Parse<PretrainingRecipe>(json, source);
        if (recipe.Sources is { } sources)
            RecipeSources.Check(json, sources, source);
        return recipe;
    }

    /// <summary>The recipe as JSON, with every option; without sources, which only those have that a file sets.</summary>
    public string ToJson() => OptionsJson.Write(this with { Sources = null });

    /// <summary>The options that have a source, in the order of <see cref="Sources"/>.</summary>
    public IReadOnlyList<RecipeSetting> Settings()
    {
        string json = ToJson();
        return [.. (Sources ?? new Dictionary<string, string>()).Select(source => new RecipeSetting(source.Key, RecipeSources.Value(json, source.Key), source.Value))];
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        OptionValues.Check(this);
        Pretraining.Validate();
        Corpus.Validate();
        Vocabulary.Validate();
        Text.Validate();
        if (Pretraining.From is null && Pretraining.Model.MaxPositions < Corpus.SequenceLength)
            throw new ArgumentException($"{nameof(CorpusOptions)}.{nameof(CorpusOptions.SequenceLength)} is {Corpus.SequenceLength}, but the model has {Pretraining.Model.MaxPositions} positions (Model.MaxPositions).", nameof(Corpus));
    }
}
