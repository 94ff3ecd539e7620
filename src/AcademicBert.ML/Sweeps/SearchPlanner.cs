using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>Measures runs of each speed and works out what is left of a search. Writes nothing.</summary>
internal static class SearchPlanner
{
    public static SearchPlan Plan(SearchOptions options, PreparedCorpus corpus, string folder, CancellationToken cancellationToken)
    {
        IReadOnlyList<SearchConfiguration> all = options.Configurations();
        SearchHistory? history = SearchJournal.ReadBegun(folder);
        if (history is not null)
            SearchFolder.RequireSame(folder, options, history);
        Dictionary<string, SearchRun> begun = history?.Runs.ToDictionary(run => run.Configuration.Name) ?? [];

        int sideBySide = SearchSlots.Of(options).Count;
        double seconds = 0;
        var parts = new List<SearchPlanPart>();
        foreach (IGrouping<string, SearchConfiguration> alike in all.GroupBy(configuration => OptionsJson.Write(Alike(options, configuration))))
        {
            PretrainingOptions run = Alike(options, alike.First()) with { Device = SearchSlots.Of(options)[0], Threads = SearchSlots.Threads(options) };
            PretrainingPlan plan = Pretrainer.Plan(run, corpus, cancellationToken: cancellationToken);
            double whole = plan.Expected.Seconds + plan.ValidationSeconds, judging = plan.ValidationSeconds / Math.Max(1, plan.Validations) / whole;
            seconds += whole * alike.Sum(configuration => begun.TryGetValue(configuration.Name, out SearchRun? recorded)
                ? SearchWork.Left(history!, recorded, judging)
                : SearchWork.Left(options.Rungs, next: 0, goesOn: true, judging));
            parts.Add(new SearchPlanPart(Apart(options, all, [.. alike]), alike.Count(), plan));
        }

        int ended = begun.Values.Count(run => SearchWork.Left(history!, run) == 0);
        return new SearchPlan(parts, ended, sideBySide, TimeSpan.FromSeconds(seconds / sideBySide));
    }

    /// <summary>A run without what does not change its speed.</summary>
    private static PretrainingOptions Alike(SearchOptions options, SearchConfiguration configuration)
    {
        PretrainingOptions run = options.Of(configuration), shared = options.Recipe.Pretraining;
        return run with { Budget = SearchSpace.RunBudget(run), EarlyExit = null, Schedule = shared.Schedule, Validation = shared.Validation, Snapshots = shared.Snapshots, Seed = shared.Seed };
    }

    private static string Apart(SearchOptions options, IReadOnlyList<SearchConfiguration> all, IReadOnlyList<SearchConfiguration> alike) =>
        string.Join(", ", options.Space.Select(dimension => dimension.Option).Where(option => Values(alike, option) == 1 && Values(all, option) > 1).Select(option => $"{option} {alike[0].Values[option]}"));

    private static int Values(IReadOnlyList<SearchConfiguration> configurations, string option) => configurations.Select(configuration => configuration.Values[option].GetRawText()).Distinct().Count();
}
