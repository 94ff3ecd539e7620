using AcademicBert.Glue;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace AcademicBert.AutoML;

/// <summary>
/// Proposes exactly the trials of a grid, in its order. AutoML's own grid search steps through numeric ranges without their ends, and starts
/// over when it has been through.
/// </summary>
internal sealed class GlueTuner(IReadOnlyList<GlueTrial> trials) : ITuner
{
    private int _next;

    /// <inheritdoc/>
    public Parameter Propose(TrialSettings settings) => _next < trials.Count
        ? Parameter.FromObject(trials[_next++])
        : throw new OperationCanceledException($"All {trials.Count} trials of the grid have been proposed.");

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
        // A grid does not learn from results.
    }
}
