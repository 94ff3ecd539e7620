using System.Globalization;
using AcademicBert.Training;

namespace AcademicBert.Cli.Display;

/// <summary>What the held-out loss of a run says to somebody who has not seen many.</summary>
internal static class OutcomeText
{
    // In nats: less is within what a validation of little text moves by.
    private const double Rise = 0.05;
    private const long FewTokens = 1000;

    /// <summary>Lines of advice; none where there is nothing to say.</summary>
    /// <param name="last">The last validation.</param>
    /// <param name="best">The lowest held-out loss and its step.</param>
    /// <param name="passes">How often the run went over its corpus.</param>
    /// <param name="measuresAll">Whether validations are on all samples that are held out.</param>
    public static IEnumerable<string> Of(ValidationScore? last, (double Loss, long Step)? best, double passes, bool measuresAll = true)
    {
        if (last is not { } score)
            yield break;
        if (score.MaskedTokens < FewTokens)
            yield return $"A validation is of {score.MaskedTokens} masked tokens only: too few to judge by. {(measuresAll ? "More text helps, or a larger --corpus.heldOutFraction." : "A larger --validation.maxSamples takes more of what is held out.")}";
        else if (best is { } lowest && score.Loss > lowest.Loss + Rise)
            yield return string.Create(CultureInfo.InvariantCulture, $"The held-out loss was lowest ({lowest.Loss:F2}) after step {lowest.Step} and has risen since: the model learns its text by heart. The run went {passes:F0} times over it; more text helps, or less time.");
    }
}
