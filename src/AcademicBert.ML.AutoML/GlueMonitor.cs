using AcademicBert.Glue;
using Microsoft.ML.AutoML;

namespace AcademicBert.AutoML;

/// <summary>Tells of each trial, a failed one too.</summary>
internal sealed class GlueMonitor(GlueTaskGrid grid, IProgress<GlueProgress> progress) : IMonitor
{
    private int _done;

    /// <inheritdoc/>
    public void ReportCompletedTrial(TrialResult result) => Report(result.TrialSettings);

    /// <inheritdoc/>
    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Report(settings);

    /// <inheritdoc/>
    public void ReportBestTrial(TrialResult result)
    {
        // AutoML's best is a single trial; the grid chooses by the median over seeds.
    }

    /// <inheritdoc/>
    public void ReportRunningTrial(TrialSettings settings)
    {
        // A trial is told of when it is done.
    }

    private void Report(TrialSettings settings)
    {
        _done++;
        if (grid.Results.TryGetValue(settings.Parameter.AsType<GlueTrial>(), out GlueTrialResult? result))
            progress.Report(new GlueProgress(grid.Task, result, _done, grid.Trials.Count));
    }
}
