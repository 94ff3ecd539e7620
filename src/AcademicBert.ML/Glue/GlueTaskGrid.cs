using System.Collections.Concurrent;
using System.Diagnostics;
using AcademicBert.Files;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>
/// The grid of one task in its folder: trains what is asked for, keeps what is done, chooses. Opened again after the process was killed it
/// goes on; a trial that is done is never trained again. Members are thread-safe.
/// </summary>
public sealed class GlueTaskGrid : IDisposable
{
    private readonly GlueOptions _options;
    private readonly PretrainedBert _start;
    private readonly GlueTaskData _data;
    private readonly FolderLock _lock;
    private readonly GlueTrialStore _store;
    private readonly ConcurrentDictionary<GlueTrial, Lazy<GlueTrialResult>> _asked = [];

    private GlueTaskGrid(GlueOptions options, GlueTask task, PretrainedBert start, GlueTaskData data, FolderLock folderLock, GlueTrialStore store, string dataFolder)
    {
        (_options, Task, _start, _data, _lock, _store, DataFolder) = (options, task, start, data, folderLock, store, dataFolder);
        Trials = options.Trials(task);
    }

    /// <summary>The task.</summary>
    public GlueTask Task { get; }

    /// <summary>The grid in its order: configuration after configuration, the seeds of one together.</summary>
    public IReadOnlyList<GlueTrial> Trials { get; }

    /// <summary>Results so far, also of trials that are not of this grid but were of an earlier one in the folder.</summary>
    public IReadOnlyDictionary<GlueTrial, GlueTrialResult> Results => _store.Results;

    /// <summary>What is chosen among the configurations that are complete.</summary>
    public GlueTaskResult Result => GlueTaskResult.Of(Task, Trials, Results);

    /// <summary>Model folder of the median seed of the best configuration; null as long as there is none.</summary>
    public string? BestModelFolder => Result.Best is { } best ? _store.ModelFolder(best.Median.Trial) : null;

    internal string DataFolder { get; }

    /// <summary>What trials start from.</summary>
    internal PretrainedBert Start => _start;

    /// <summary>Broken training rows that were left out.</summary>
    public int SkippedRows => _data.Skipped;

    /// <summary>Opens the grid of a task.</summary>
    /// <param name="options">The options.</param>
    /// <param name="task">The task.</param>
    /// <param name="modelFolder">The model to start from, ours or Hugging Face's.</param>
    /// <param name="dataFolder">The folder that holds a folder for each task.</param>
    /// <param name="runFolder">The folder that holds, or will hold, a folder of results for each task.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the folder holds results of other options, data or another model; the message names what differs.</exception>
    /// <exception cref="InvalidDataException">Data or model are malformed; the message names file and line.</exception>
    /// <exception cref="IOException">Another process works on the same folder.</exception>
    public static GlueTaskGrid Open(GlueOptions options, GlueTask task, string modelFolder, string dataFolder, string runFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(task);
        options.Validate();
        PretrainedBert start = PretrainedBert.Load(modelFolder);
        FolderLock? folderLock = null;
        try
        {
            var data = GlueTaskData.Load(dataFolder, task, start.Tokenizer, options.MaxLength(start.Config), options.SkipBrokenRows);
            string folder = Path.Combine(runFolder, task.Name);
            Directory.CreateDirectory(folder);
            folderLock = new FolderLock(Path.Combine(folder, "lock"), $"{folder}: another process is working on this grid.");
            GlueTaskFolder.Prepare(folder, options, modelFolder, dataFolder, task);
            return new GlueTaskGrid(options, task, start, data, folderLock, new GlueTrialStore(folder), dataFolder);
        }
        catch
        {
            folderLock?.Dispose();
            start.Dispose();
            throw;
        }
    }

    /// <summary>Trains a trial and scores it on the dev rows, or returns the result it has already.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="cancellationToken">Stops within a step; the trial is then not done.</param>
    /// <returns>The result; of a trial whose training diverged one without scores.</returns>
    public GlueTrialResult Run(GlueTrial trial, CancellationToken cancellationToken = default)
    {
        if (Results.TryGetValue(trial, out GlueTrialResult? known))
            return known;
        Lazy<GlueTrialResult> asked = _asked.GetOrAdd(trial, asked => new Lazy<GlueTrialResult>(() => Train(asked, cancellationToken)));
        try
        {
            return asked.Value;
        }
        catch
        {
            // Cancelled or failed, it may be asked for again.
            _asked.TryRemove(KeyValuePair.Create(trial, asked));
            throw;
        }
    }

    /// <summary>The folder of <see cref="BestModelFolder"/> with its weights, which are trained again where they were removed as those of a trial that did not win then.</summary>
    /// <exception cref="InvalidOperationException">There is no result yet.</exception>
    internal string RequireBestModel(CancellationToken cancellationToken = default)
    {
        GlueTrial best = Result.Best?.Median.Trial ?? throw new InvalidOperationException($"{Task} has no result yet.");
        if (!_store.HasModel(best))
        {
            using PretrainedBert again = Train(best, cancellationToken, progress: null);
            _store.Save(best, again);
        }

        return _store.ModelFolder(best);
    }

    /// <summary>Predicts rows with the chosen model.</summary>
    internal float[] Predict(GlueRows rows, GlueTask task)
    {
        using PretrainedBert best = PretrainedBert.Load(RequireBestModel());
        return GlueTaskData.Predict(best, task, GlueTaskData.Encode(rows, best.Tokenizer, _options.MaxLength(best.Config)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Dispose();
        _lock.Dispose();
        _start.Dispose();
    }

    private GlueTrialResult Train(GlueTrial trial, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        FinetuningProgress? last = null;
        try
        {
            using PretrainedBert bert = Train(trial, cancellationToken, progress => last = progress);
            var scores = Task.Evaluations.ToDictionary(evaluation => evaluation.Submission, evaluation => _data.Score(evaluation.Submission, GlueTaskData.Predict(bert, Task, _data.Dev[evaluation.Submission])));
            double?[] chosenBy = [.. scores.Values.Select(metrics => metrics[Task.Metrics[0]])];
            return Keep(
                new GlueTrialResult { Trial = trial, Score = chosenBy.Contains(null) ? null : chosenBy.Average(), Scores = scores, Loss = last?.Loss, Steps = last?.Steps ?? 0, Seconds = clock.Elapsed.TotalSeconds },
                bert);
        }
        catch (TrainingDivergedException exception)
        {
            return Keep(new GlueTrialResult { Trial = trial, Steps = last?.Steps ?? 0, Seconds = clock.Elapsed.TotalSeconds, Error = exception.Message }, model: null);
        }
    }

    private PretrainedBert Train(GlueTrial trial, CancellationToken cancellationToken, Action<FinetuningProgress>? progress)
    {
        FinetuningOptions options = _options.Of(trial);
        BertModel model = new Finetuner(options, _data.Objective, progress, cancellationToken).Train(_start, _data.Training, []);
        return new PretrainedBert(model.In(ComputePrecision.Float32), _start.Tokenizer, FinetunedCard.Write(_start.Card, options, _data.Training.Count), Task.IsRegression ? null : Task.Labels);
    }

    private GlueTrialResult Keep(GlueTrialResult result, PretrainedBert? model)
    {
        _store.Add(result, model);
        _store.Prune(Result);
        return result;
    }
}
