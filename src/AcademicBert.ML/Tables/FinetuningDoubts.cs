using System.Globalization;
using AcademicBert.Finetuning;

namespace AcademicBert.Tables;

/// <summary>How far what was measured can be trusted.</summary>
internal static class FinetuningDoubts
{
    // Standard errors with which a result still tells something: of the accuracy, and of a root mean squared error as a share of it.
    private const double JudgedAccuracy = 0.05, JudgedError = 0.1;

    // Share of the loss of guessing above which nothing was learnt.
    private const double Unlearnt = 0.95;

    // What small models want.
    private const double HighRate = 1e-3;

    /// <summary>What speaks against it, a sentence each.</summary>
    public static IEnumerable<string> Of(TableEvaluation result, FinetuningOptions options)
    {
        if (TooFew(result) is { } few)
            yield return few;
        // That a network without pretraining learns little is what it is there to show.
        if (!options.Untrained && result is TableFinetuningResult { TrainingLoss: { } loss, GuessingLoss: { } guessing } && loss > Unlearnt * guessing)
            yield return Format($"The training loss of the last epoch, {loss:F3}, is not clearly below that of guessing, {guessing:F3}: little was learnt. Try {(options.LearningRate < HighRate ? "a higher --learningRate (small models want 1e-3) or more --epochs" : "more --epochs, more rows, or a model that was pretrained for longer")}.");
    }

    private static string? TooFew(TableEvaluation result)
    {
        string remedy = result is TableFinetuningResult ? "Get more rows, raise --validationShare, or name rows by --validation." : "Get more rows.";
        int rows = result.ValidationRows;
        if (result.Metrics.TryGetValue("accuracy", out double accuracy))
        {
            // With two more rows that are right and two that are wrong (Agresti and Coull 1998): of all right, the error is not 0.
            double share = (accuracy * rows + 2) / (rows + 4), variance = share * (1 - share), error = Math.Sqrt(variance / (rows + 4));
            return error <= JudgedAccuracy ? null : Format($"{rows} held-out {(rows == 1 ? "row is" : "rows are")} too few to judge by: the standard error of the accuracy is {error:F2}. About {Math.Ceiling(variance / (JudgedAccuracy * JudgedAccuracy)) - 4:F0} held-out rows bring it to {JudgedAccuracy}. {remedy}");
        }

        // Of errors that are normally distributed.
        return rows > 0 && 1 / Math.Sqrt(2.0 * rows) is var relative and > JudgedError
            ? Format($"{rows} held-out {(rows == 1 ? "row is" : "rows are")} too few to judge by: the standard error of rootMeanSquaredError is {relative:P0} of it. About {Math.Ceiling(1 / (2 * JudgedError * JudgedError)):F0} held-out rows bring it to {JudgedError:P0}. {remedy}")
            : null;
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
