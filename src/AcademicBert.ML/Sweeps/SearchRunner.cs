using System.Collections.Concurrent;
using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>
/// Trains the configurations of a space under one budget each, drops them at rungs by their held-out loss, and goes on with the others from
/// their checkpoints. Everything is in a folder, from which a search that was stopped or killed goes on, or is extended.
/// </summary>
public static class SearchRunner
{
    /// <summary>Measures some steps for each size of step and works out what is left of a search. Writes nothing.</summary>
    /// <inheritdoc cref="Run"/>
    public static SearchPlan Plan(SearchOptions options, PreparedCorpus corpus, string folder, CancellationToken cancellationToken = default)
    {
        Require(options, corpus);
        return SearchPlanner.Plan(options, corpus, folder, cancellationToken);
    }

    /// <summary>Runs what is left of a search. Stopped or killed, the same call goes on; with a larger space or sample it extends the search.</summary>
    /// <param name="options">The definition of the search.</param>
    /// <param name="corpus">What to train on; must stay open and have held-out samples.</param>
    /// <param name="folder">The search folder: journal, table, and <c>runs/NAME/</c> for each run.</param>
    /// <param name="progress">Told of every step, result and decision, on the thread that makes it, one at a time.</param>
    /// <param name="log">Told what a person may want to know, a line at a time.</param>
    /// <param name="cancellationToken">Stops within a step; runs under way get a checkpoint.</param>
    /// <exception cref="ArgumentException">An option is invalid, the corpus has no held-out samples, or the folder holds a search of other options; the message names what differs.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged; the message names the line.</exception>
    /// <exception cref="IOException">A file cannot be written, or another process works in the same folder.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static SearchHistory Run(
        SearchOptions options, PreparedCorpus corpus, string folder, IProgress<SearchProgress>? progress = null, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        Require(options, corpus);
        using var opened = SearchFolder.Open(folder, options, corpus);
        var search = new Search(options, corpus, opened, new SearchMeter(options, opened.Journal, progress, log));
        search.Run(cancellationToken);
        return opened.Journal.History;
    }

    private static void Require(SearchOptions options, PreparedCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        options.Validate();
        foreach (string device in SearchSlots.Of(options).Distinct())
            ComputeEngine.RequireDevice(device);
        if (corpus.Validation.SampleCount == 0)
            throw new ArgumentException($"The corpus '{corpus.Folder}' has no held-out samples, by whose loss runs are judged; prepare it with {nameof(CorpusOptions)}.{nameof(CorpusOptions.HeldOutFraction)} above 0.", nameof(corpus));
    }

    private sealed class Search(SearchOptions options, PreparedCorpus corpus, SearchFolder folder, SearchMeter meter)
    {
        private readonly ConcurrentQueue<string> _devices = new(SearchSlots.Of(options));

        public void Run(CancellationToken cancellationToken)
        {
            int cohorts = folder.Journal.History.Runs.Max(run => run.Cohort) + 1;
            folder.WriteTable();
            for (int cohort = 0; cohort < cohorts; cohort++)
            {
                for (int rung = 0; rung <= options.Rungs.Count; rung++)
                {
                    SearchRun[] due = [.. folder.Journal.History.Runs.Where(run => run.Cohort == cohort && run.Reason is null && run.Results.Count == rung)];
                    SideBySide.ForEach(due, _devices.Count, (run, stop) => Train(run.Configuration, rung, stop), cancellationToken);
                    Conclude(cohort, rung);
                }
            }
        }

        /// <summary>Trains a run up to a rung and records what it has come to. Its checkpoint is on the disk before.</summary>
        private void Train(SearchConfiguration configuration, int rung, CancellationToken cancellationToken)
        {
            _devices.TryDequeue(out string? device);
            try
            {
                RungResult result = Result(configuration, rung, device!, cancellationToken);
                folder.Journal.Add(new SearchEvent { Result = result });
                if (result.Error is not null)
                    meter.Note($"{configuration.Name} failed: {result.Error}");
                meter.Reached(result);
            }
            finally
            {
                _devices.Enqueue(device!);
            }
        }

        private RungResult Result(SearchConfiguration configuration, int rung, string device, CancellationToken cancellationToken)
        {
            PretrainingOptions run = options.Of(configuration) with { Device = device, Threads = SearchSlots.Threads(options) };
            TrainingBudget budget = SearchSpace.RunBudget(run);
            var control = new TrainingControl { PauseAt = rung < options.Rungs.Count ? budget with { Amount = budget.Amount * options.Rungs[rung].At } : null };
            var steps = new SegmentProgress(configuration, rung, budget, meter);
            try
            {
                using PretrainingResult made = Pretrainer.Run(
                    run, corpus, folder.Run(configuration), steps, line => meter.Note($"{configuration.Name}: {line}"), control: control, cancellationToken: cancellationToken);
                folder.KeepRecipe(configuration, options);
                ValidationScore score = made.Validation!.Value;
                return new RungResult { Configuration = configuration.Name, Rung = rung, Position = made.Position, Loss = score.Loss, Accuracy = score.Accuracy };
            }
            catch (Exception error) when (error is TrainingDivergedException or BudgetTooShortException)
            {
                return new RungResult { Configuration = configuration.Name, Rung = rung, Position = steps.Position, Loss = double.NaN, Error = error.Message };
            }
        }

        private void Conclude(int cohort, int rung)
        {
            SearchHistory history = folder.Journal.History;
            if (rung < options.Rungs.Count && !history.Decisions.Any(decision => decision.Cohort == cohort && decision.Rung == rung))
            {
                RungDecision outcome = folder.Journal.Decide(cohort, rung);
                if (outcome.LimitDropsMost)
                    meter.Note(LimitWarning(options.Rungs[rung], [.. history.Runs.Where(run => run.Cohort == cohort && run.Results.Count > rung).Select(run => run.Results[rung]).Where(result => result.IsSound)]));
                meter.Judged(new SearchDecision(cohort, rung, outcome));
            }

            folder.DeleteDropped();
            folder.WriteTable();
        }

        private static string LimitWarning(SearchRung rung, IReadOnlyList<RungResult> results) => string.Create(
            CultureInfo.InvariantCulture,
            $"Warning: the loss limit {rung.MaxLoss} at {rung.At} of the budget drops {results.Count(result => result.Loss > rung.MaxLoss)} of {results.Count} runs, whose losses are {results.Min(result => result.Loss):F4} to {results.Max(result => result.Loss):F4}; it may not fit this text or budget.");
    }

    /// <summary>Passes the steps of a run on.</summary>
    private sealed class SegmentProgress(SearchConfiguration configuration, int rung, TrainingBudget budget, SearchMeter meter) : IProgress<TrainingProgress>
    {
        public TrainingPosition Position { get; private set; }

        public void Report(TrainingProgress value)
        {
            Position = value.Position;
            meter.Stepped(configuration.Name, rung, value, value.Position.Fraction(budget));
        }
    }
}
