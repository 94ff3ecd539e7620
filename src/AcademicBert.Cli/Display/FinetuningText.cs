using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Tables;

namespace AcademicBert.Cli.Display;

/// <summary>What fine-tuning gave, in words and numbers, and how far it can be trusted.</summary>
internal static class FinetuningText
{
    // Standard errors with which a result still tells something: of the accuracy, and of a root mean squared error as a share of it.
    private const double JudgedAccuracy = 0.05, JudgedError = 0.1;

    // Share of the loss of guessing above which nothing was learnt.
    private const double Unlearnt = 0.95;
    private const int MostClasses = 20;

    // What small models want.
    private const double HighRate = 1e-3;

    /// <param name="result">What it gave.</param>
    /// <param name="options">How it was trained.</param>
    public static IEnumerable<string> Of(TableFinetuningResult result, FinetuningOptions options)
    {
        string guess = result.Task == FinetuningTask.Regression ? "always the mean" : "always the most frequent";
        foreach ((string name, double value) in result.Metrics)
            yield return Format($"{name,-22} {value:F4}{(result.GuessingMetrics.TryGetValue(name, out double guessed) ? Format($"  ({guess}: {guessed:F4})") : "")}");
        if (result.Classes.Count <= MostClasses)
        {
            foreach ((IReadOnlyList<int> row, int own) in result.Confusion.Select((row, own) => (row, own)).Where(counts => counts.row.Sum() > 0))
                yield return $"  {result.Classes[own]}: {row[own]} of {row.Sum()} right{string.Concat(row.Select((count, other) => other != own && count > 0 ? $", {count} taken for {result.Classes[other]}" : ""))}";
        }

        if (TooFew(result) is { } few)
            yield return few;
        // That a network without pretraining learns little is what it is there to show.
        if (!options.Untrained && result is { TrainingLoss: { } loss, GuessingLoss: { } guessing } && loss > Unlearnt * guessing)
            yield return Format($"The training loss of the last epoch, {loss:F3}, is not clearly below that of guessing, {guessing:F3}: little was learnt. Try {(options.LearningRate < HighRate ? "a higher --learningRate (small models want 1e-3) or more --epochs" : "more --epochs, more rows, or a model that was pretrained for longer")}.");
    }

    private static string? TooFew(TableFinetuningResult result)
    {
        const string Remedy = "Get more rows, raise --validationShare, or name rows by --validation.";
        int rows = result.ValidationRows;
        if (result.Metrics.TryGetValue("accuracy", out double accuracy))
        {
            // With two more rows that are right and two that are wrong (Agresti and Coull 1998): of all right, the error is not 0.
            double share = (accuracy * rows + 2) / (rows + 4), variance = share * (1 - share), error = Math.Sqrt(variance / (rows + 4));
            return error <= JudgedAccuracy ? null : Format($"{rows} held-out rows are too few to judge by: the standard error of the accuracy is {error:F2}. About {Math.Ceiling(variance / (JudgedAccuracy * JudgedAccuracy)) - 4:F0} bring it to {JudgedAccuracy}. {Remedy}");
        }

        // Of errors that are normally distributed.
        return rows > 0 && 1 / Math.Sqrt(2.0 * rows) is var relative and > JudgedError
            ? Format($"{rows} held-out rows are too few to judge by: the standard error of rootMeanSquaredError is {relative:P0} of it. About {Math.Ceiling(1 / (2 * JudgedError * JudgedError)):F0} bring it to {JudgedError:P0}. {Remedy}")
            : null;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
