using System.Globalization;
using AcademicBert.Finetuning;

namespace AcademicBert.Tables;

/// <summary>How far what was measured can be trusted.</summary>
internal static class FinetuningDoubts
{
    // Standard errors with which a result still tells something: of the accuracy, and of a root mean squared error as a share of it.
    private const double JudgedAccuracy = 0.05, JudgedError = 0.1;

    // Standard errors by which a result has to be better than guessing, about 19 times of 20.
    private const double Clear = 2;

    // Shares of the loss of guessing: above the first nothing was learnt; below the other the training rows were, one by one.
    private const double Unlearnt = 0.95, ByHeart = 0.5;

    // What small models want.
    private const double HighRate = 1e-3;

    /// <summary>What speaks against it, a sentence each.</summary>
    public static IEnumerable<string> Of(TableEvaluation result, FinetuningOptions options)
    {
        string? few = TooFew(result);
        if (few is not null)
            yield return few;
        // That a network without pretraining learns little is what it is there to show.
        if (!options.Untrained && result is TableFinetuningResult { TrainingLoss: { } loss, GuessingLoss: { } guessing } && loss > Unlearnt * guessing)
        {
            yield return Format($"The training loss of the last epoch, {loss:F3}, is not clearly below that of guessing, {guessing:F3}: little was learnt. Try {(options.LearningRate < HighRate ? "a higher --learningRate (small models want 1e-3) or more --epochs" : "more --epochs, more rows, or a model that was pretrained for longer")}.");
        }

        if (few is null && LikeGuessing(result) is { } alike)
        {
            bool learnt = result is TableFinetuningResult { TrainingLoss: { } low, GuessingLoss: { } high } && low < ByHeart * high;
            yield return $"{alike}{(learnt ? " The training rows were learnt by heart: more rows help, or a model that was pretrained for longer, on text like theirs." : "")}";
        }
    }

    private static string? LikeGuessing(TableEvaluation result)
    {
        int rows = result.ValidationRows;
        if (rows == 0 || result.Task == FinetuningTask.TokenClassification)
            return null;
        if (result.Metrics.TryGetValue("accuracy", out double accuracy) && result.GuessingMetrics.TryGetValue("accuracy", out double guess))
        {
            double error = StandardError(accuracy, rows);
            return accuracy - guess >= Clear * error ? null : Format($"The accuracy, {accuracy:F3}, is not clearly above that of guessing, {guess:F3}: the standard error is {error:F3}.");
        }

        return result.Metrics.TryGetValue("rootMeanSquaredError", out double off) && result.GuessingMetrics.TryGetValue("rootMeanSquaredError", out double mean) && off > mean * (1 - Clear / Math.Sqrt(2.0 * rows))
            ? Format($"rootMeanSquaredError, {off:F3}, is not clearly below that of guessing, {mean:F3}.")
            : null;
    }

    // With two more rows that are right and two that are wrong (Agresti and Coull 1998): of all right, the error is not 0.
    private static double StandardError(double accuracy, int rows) => Math.Sqrt(Variance(accuracy, rows) / (rows + 4));

    private static double Variance(double accuracy, int rows)
    {
        double share = (accuracy * rows + 2) / (rows + 4);
        return share * (1 - share);
    }

    private static string? TooFew(TableEvaluation result)
    {
        string remedy = result is TableFinetuningResult ? "Get more rows, raise --validationShare, or name rows by --validation." : "Get more rows.";
        int rows = result.ValidationRows;
        if (result.Metrics.TryGetValue("accuracy", out double accuracy))
        {
            double variance = Variance(accuracy, rows), error = StandardError(accuracy, rows);
            return error <= JudgedAccuracy ? null : Format($"{rows} held-out {(rows == 1 ? "row is" : "rows are")} too few to judge by: the standard error of the accuracy is {error:F2}. About {Math.Ceiling(variance / (JudgedAccuracy * JudgedAccuracy)) - 4:F0} held-out rows bring it to {JudgedAccuracy}. {remedy}");
        }

        // Of errors that are normally distributed.
        return rows > 0 && 1 / Math.Sqrt(2.0 * rows) is var relative and > JudgedError
            ? Format($"{rows} held-out {(rows == 1 ? "row is" : "rows are")} too few to judge by: the standard error of rootMeanSquaredError is {relative:P0} of it. About {Math.Ceiling(1 / (2 * JudgedError * JudgedError)):F0} held-out rows bring it to {JudgedError:P0}. {remedy}")
            : null;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
