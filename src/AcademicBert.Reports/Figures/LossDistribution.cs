using AcademicBert.Reports.Sources;
using AcademicBert.Sweeps;

namespace AcademicBert.Reports.Figures;

/// <summary>Figure 1: how the held-out loss of the runs that completed the budget is spread for each value of each option that a search varies.</summary>
internal static class LossDistribution
{
    /// <summary>The figure; without charts as long as no run is complete.</summary>
    /// <param name="search">The search.</param>
    /// <param name="name">Name of its files.</param>
    public static Figure Of(RecordedSearch search, string name)
    {
        IReadOnlyList<SearchRun> complete = search.History.Ranking;
        Chart[] charts = complete.Count == 0 ? [] :
        [
            .. search.Space.Where(dimension => dimension.Values.Count > 1).Select(dimension => new BoxChart(
                $"Held-out loss by {RecordedSearch.Label(dimension.Option)}", RecordedSearch.Label(dimension.Option), "loss (nats)",
                [.. dimension.Values.Select(value => BoxOf(search, complete, dimension.Option, RecordedSearch.Text(value)))])),
        ];
        return new Figure(name, "Held-out loss of the runs that completed the budget, as in Figure 1 of the paper. A box reaches from the first to the third quartile, its line is the median, its whiskers reach to the least and the most, and each point is a run. Below a value: how many of its runs completed the budget.", charts);
    }

    private static Box BoxOf(RecordedSearch search, IReadOnlyList<SearchRun> complete, string option, string value)
    {
        double[] losses = [.. complete.Where(run => RecordedSearch.Value(run, option) == value).Select(run => run.Results[^1].Loss).Where(Point.IsDrawn).Order()];
        return new Box(Numbers.Text($"{value}\n{losses.Length} of {search.History.Runs.Count(run => RecordedSearch.Value(run, option) == value)}"), losses);
    }
}
