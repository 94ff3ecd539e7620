using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Cli.Display;

/// <summary>How well a model predicts labels, in words and numbers, and how far that can be trusted.</summary>
internal static class EvaluationText
{
    private const int MostClasses = 20;

    /// <param name="evaluation">What was measured.</param>
    /// <param name="options">How the model was trained; null: not by this command.</param>
    public static IEnumerable<string> Of(TableEvaluation evaluation, FinetuningOptions? options = null)
    {
        string guess = evaluation.Guess();
        foreach ((string name, double value) in evaluation.Metrics)
            yield return Format($"{name,-22} {value:F4}{(evaluation.GuessingMetrics.TryGetValue(name, out double guessed) ? Format($"  ({guess}: {guessed:F4})") : "")}");
        if (evaluation.Classes.Count <= MostClasses)
        {
            foreach ((IReadOnlyList<int> row, int own) in evaluation.Confusion.Select((row, own) => (row, own)).Where(counts => counts.row.Sum() > 0))
                yield return $"  {evaluation.Classes[own]}: {row[own]} of {row.Sum()} right{string.Concat(row.Select((count, other) => other != own && count > 0 ? $", {count} taken for {evaluation.Classes[other]}" : ""))}";
        }

        foreach (string doubt in evaluation.Doubts(options))
            yield return doubt;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
