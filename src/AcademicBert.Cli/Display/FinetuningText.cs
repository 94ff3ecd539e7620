using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Cli.Display;

/// <summary>What fine-tuning gave, in words and numbers, and how far it can be trusted.</summary>
internal static class FinetuningText
{
    private const int MostClasses = 20;

    /// <param name="result">What it gave.</param>
    /// <param name="options">How it was trained.</param>
    public static IEnumerable<string> Of(TableFinetuningResult result, FinetuningOptions options)
    {
        string guess = result.Task == FinetuningTask.Regression ? "always the mean of the training rows" : result.MostFrequent is { } label ? $"always '{label}', the most frequent in the training rows" : "always the most frequent";
        foreach ((string name, double value) in result.Metrics)
            yield return Format($"{name,-22} {value:F4}{(result.GuessingMetrics.TryGetValue(name, out double guessed) ? Format($"  ({guess}: {guessed:F4})") : "")}");
        if (result.Classes.Count <= MostClasses)
        {
            foreach ((IReadOnlyList<int> row, int own) in result.Confusion.Select((row, own) => (row, own)).Where(counts => counts.row.Sum() > 0))
                yield return $"  {result.Classes[own]}: {row[own]} of {row.Sum()} right{string.Concat(row.Select((count, other) => other != own && count > 0 ? $", {count} taken for {result.Classes[other]}" : ""))}";
        }

        foreach (string doubt in result.Doubts(options))
            yield return doubt;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
