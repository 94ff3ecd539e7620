using AcademicBert.Corpus;
using AcademicBert.Finetuning;
using AcademicBert.Training;

namespace AcademicBert.Tables;

/// <summary>How well a model predicts the labels of rows.</summary>
/// <param name="Task">What the labels are.</param>
/// <param name="Classes">Names of the classes, or of the labels of words, in the order of the model's outputs; empty for numbers.</param>
/// <param name="ValidationRows">Rows that <paramref name="Metrics"/> were measured on.</param>
/// <param name="Metrics">Metrics on these rows by name; empty without any.</param>
public record TableEvaluation(FinetuningTask Task, IReadOnlyList<string> Classes, int ValidationRows, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>
    /// Those of <see cref="Metrics"/> that answering without reading the text has: always the class or label that is most frequent in the training rows, or the mean of
    /// their numbers; where no rows were trained on, in the rows that were measured.
    /// </summary>
    public IReadOnlyDictionary<string, double> GuessingMetrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The class or label that <see cref="GuessingMetrics"/> always answers; null for numbers.</summary>
    public string? MostFrequent { get; init; }

    /// <summary>Rows of each class by the class they were taken for, both in the order of <see cref="Classes"/>; empty where rows have no classes.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; } = [];

    /// <summary>Of numbers: rows as they are and as they were predicted, at most 2,000 of them, evenly spread over the rows.</summary>
    public IReadOnlyList<PredictedNumber> Numbers { get; init; } = [];

    /// <summary>What <see cref="GuessingMetrics"/> always answers, in words, such as: always 'food', the most frequent in the training rows.</summary>
    public string Guess()
    {
        string rows = this is TableFinetuningResult ? " the training rows" : " these rows";
        return Task == FinetuningTask.Regression ? $"always the mean of{rows}" : $"always {(MostFrequent is { } label ? $"'{TableFile.Short(label)}', " : "")}the most frequent in{rows}";
    }

    /// <summary>Why the metrics may not be what they seem, a sentence each: too few rows to judge by, a training loss like that of guessing; none where nothing speaks against them.</summary>
    /// <param name="options">How the model was trained, so that nothing is advised that was done. Default null: as by default.</param>
    public IReadOnlyList<string> Doubts(FinetuningOptions? options = null) => [.. FinetuningDoubts.Of(this, options ?? new FinetuningOptions())];

    /// <summary>The evaluation as JSON.</summary>
    public string ToJson() => OptionsJson.Write<object>(this);
}
