using System.Globalization;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>Says before the first step that steps will be long, as the paper's batches are on a CPU.</summary>
internal static class LongSteps
{
    // Of waiting before anything is seen.
    private const double Seconds = 5;

    /// <summary>How long a step takes at least; null: not long.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="sequenceLength">Tokens of a sample.</param>
    /// <param name="peakFlops">The most operations a second that the machine can do.</param>
    public static string? Note(PretrainingOptions options, int sequenceLength, double peakFlops)
    {
        long tokens = (long)options.BatchSize * sequenceLength;
        double seconds = ModelFlops.OfTraining(options.Model, tokens, tokens * sequenceLength, (long)(tokens * options.Masking.MaskRate)) / peakFlops;
        if (seconds < Seconds)
            return null;
        string budget = options.Budget.Unit == BudgetUnit.Time ? $": the budget of {options.Budget} has no more than {options.Budget.Amount / seconds:N0} of them" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"A step of {nameof(PretrainingOptions)}.{nameof(PretrainingOptions.BatchSize)} {options.BatchSize} takes at least {seconds:F0} s at this machine's peak{budget}. Smaller batches make shorter steps: {NamedRecipes.Advice}");
    }
}
