using AcademicBert.AutoML;
using AcademicBert.Glue;

namespace Microsoft.ML.AutoML;

/// <summary>GLUE's grid as an experiment of Microsoft.ML.AutoML.</summary>
public static class GlueExperimentExtensions
{
    /// <summary>
    /// Lets the experiment run a task's grid: its list of trials is proposed in order, each once; what is done already is not trained again,
    /// so that a killed experiment goes on. A trial that diverges is pruned and ends nothing.
    /// </summary>
    /// <remarks>
    /// AutoML's best result is the single trial with the highest dev score. The paper's rule, and GLUE's choice, is the configuration with the
    /// highest median over its seeds: <see cref="GlueTaskGrid.Result"/>. A token given to <c>RunAsync</c> stops the trial under way only once
    /// another has been completed in it; AutoML waits for its first.
    /// </remarks>
    /// <param name="experiment">The experiment.</param>
    /// <param name="grid">The opened grid; it stays the caller's.</param>
    /// <param name="progress">Told of each trial.</param>
    public static AutoMLExperiment SetGlueGrid(this AutoMLExperiment experiment, GlueTaskGrid grid, IProgress<GlueProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(grid);
        experiment.SetTuner(new GlueTuner(grid.Trials)).SetTrialRunner(new GlueTrialRunner(grid)).SetMaxModelToExplore(grid.Trials.Count);
        return progress is null ? experiment : experiment.SetMonitor(new GlueMonitor(grid, progress));
    }

    /// <summary>Runs a task's grid as an experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="grid">The opened grid.</param>
    /// <param name="progress">Told of each trial.</param>
    /// <param name="cancellationToken">Stops the experiment; it goes on when it is run again.</param>
    /// <returns>What the grid chooses: the configuration with the highest median dev score, the same as without AutoML.</returns>
    /// <exception cref="TimeoutException">No trial has a score.</exception>
    public static async Task<GlueTaskResult> RunGlueGridAsync(this AutoMLExperiment experiment, GlueTaskGrid grid, IProgress<GlueProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await experiment.SetGlueGrid(grid, progress).RunAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return grid.Result;
    }
}
