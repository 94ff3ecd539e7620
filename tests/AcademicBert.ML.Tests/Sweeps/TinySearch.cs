using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Sweeps;

/// <summary>A search of some seconds: of 6 runs the 2 that do not learn are dropped by the limit, 2 more by the half.</summary>
internal static class TinySearch
{
    public static SearchOptions Options { get; } = new()
    {
        Recipe = new PretrainingRecipe
        {
            Pretraining = TinyCorpus.Options(8) with { Threads = 1, CheckpointEvery = TrainingBudget.Steps(1), KeepCheckpoints = 1, Validation = new ValidationPlan { Interval = 0, EarlyInterval = 0 } },
            Corpus = new CorpusOptions { SequenceLength = 32 },
        },
        Space = [SearchDimension.Of("batchSize", 8, 16), SearchDimension.Of("schedule.peak", 2e-2, 1e-2, 1e-6)],
        Rungs = [new SearchRung { At = 0.25, MaxLoss = 4.85 }, new SearchRung { At = 0.5, Keep = 0.5 }],
    };

    /// <summary>All losses, to the last bit.</summary>
    public static IEnumerable<(string, int, double)> Losses(SearchHistory history) =>
        history.Runs.SelectMany(run => run.Results).Select(result => (result.Configuration, result.Rung, result.Loss));
}

/// <summary>Calls a function with what a search reports, where it reports it.</summary>
internal sealed class SearchReports(Action<SearchProgress> report) : IProgress<SearchProgress>
{
    public void Report(SearchProgress value) => report(value);
}
