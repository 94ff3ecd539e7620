using AcademicBert.Glue;
using Microsoft.ML.AutoML;

namespace AcademicBert.AutoML;

/// <summary>
/// Runs the trials AutoML proposes in the grid's folder, where a trial that is done is not trained again. AutoML keeps every result it is
/// given to the end and disposes no model, so that results hold none; weights are in the grid's folder.
/// </summary>
internal sealed class GlueTrialRunner(GlueTaskGrid grid) : ITrialRunner
{
    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled, or training diverged: AutoML then counts the trial as failed and goes on, which it does not after any other
    /// exception as long as no trial has succeeded.
    /// </exception>
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        GlueTrialResult result = grid.Run(settings.Parameter.AsType<GlueTrial>(), ct);
        if (result.Error is { } error)
            throw new OperationCanceledException($"{result.Trial}: {error}");
        return Task.FromResult(new TrialResult
        {
            TrialSettings = settings,
            Metric = result.Score ?? double.NaN,
            Loss = -result.Score ?? double.MaxValue,
            DurationInMilliseconds = 1000 * result.Seconds,
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // AutoML disposes the runner after each trial; the grid belongs to whoever opened it.
    }
}
