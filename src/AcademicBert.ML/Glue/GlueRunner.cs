using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Glue;

/// <summary>A trial that has been done.</summary>
/// <param name="Task">Its task.</param>
/// <param name="Result">Its result.</param>
/// <param name="Done">Trials of the task's grid that are done.</param>
/// <param name="Trials">Trials of the task's grid.</param>
public sealed record GlueProgress(GlueTask Task, GlueTrialResult Result, int Done, int Trials);

/// <summary>
/// Fine-tunes a model on GLUE over the grid, chooses each task's configuration by its highest median dev score, and writes results and a
/// submission. Test files are read last and choose nothing.
/// </summary>
public static class GlueRunner
{
    /// <summary>Name of the table of results in the run folder.</summary>
    public const string ResultsFile = "results.md";

    /// <summary>Name of the submission in the run folder.</summary>
    public const string SubmissionFile = "submission.zip";

    // Of what the machine has free.
    private const double UsableMemory = 0.8;

    /// <summary>Measures some steps of each task and works out what a run would take. Writes nothing.</summary>
    /// <inheritdoc cref="Run"/>
    public static GluePlan Plan(GlueOptions options, string modelFolder, string dataFolder, string runFolder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Finetuning.Device is { } device)
            ComputeEngine.RequireDevice(device);
        using PretrainedBert start = PretrainedBert.Load(modelFolder);
        GlueTask[] tasks = [.. options.Tasks.Select(GlueTask.Find)];
        int parallel = tasks.Min(task => TrialsAtOnce(options, task, start));
        ShareThreads(options, parallel);
        return new GluePlan([.. tasks.Select(task => GluePlanner.Plan(options, task, start, dataFolder, GlueTrialStore.Done(Path.Combine(runFolder, task.Name)), parallel, cancellationToken))], parallel);
    }

    /// <summary>Runs what is left of the grid. Interrupted or killed, the same call goes on.</summary>
    /// <param name="options">Tasks and grid.</param>
    /// <param name="modelFolder">The model to start from, ours or Hugging Face's.</param>
    /// <param name="dataFolder">The folder that holds a folder for each task, in the official layout.</param>
    /// <param name="runFolder">Where results are kept.</param>
    /// <param name="progress">Told of each trial that is done.</param>
    /// <param name="log">Told what a person may want to know.</param>
    /// <param name="cancellationToken">Stops within a step.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the run folder holds results of other options, data or another model; the message names what differs.</exception>
    /// <exception cref="InvalidDataException">Data or model are malformed; the message names file and line.</exception>
    /// <exception cref="IOException">A file is missing, or another process works on the same folder.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static GlueReport Run(
        GlueOptions options, string modelFolder, string dataFolder, string runFolder, IProgress<GlueProgress>? progress = null, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Finetuning.Device is { } device)
            ComputeEngine.RequireDevice(device);
        var results = new List<GlueTaskResult>();
        var predictions = new Dictionary<string, float[]>();
        string? mnli = null;
        foreach (GlueTask task in options.Tasks.Select(GlueTask.Find))
        {
            using var grid = GlueTaskGrid.Open(options, task, options.FromMnli && task.MayStartFromMnli ? mnli! : modelFolder, dataFolder, runFolder);
            if (grid.SkippedRows > 0)
                log?.Invoke($"{task}: {grid.SkippedRows} broken training rows are left out.");
            NewFile.WriteText(Path.Combine(runFolder, WorkFolder.RecipeFile), options.ToJson());
            RunTrials(grid, options, progress, log, cancellationToken);
            if (task.Name == "MNLI")
                mnli = grid.Result.Best is null ? null : grid.RequireBestModel(cancellationToken);
            if (task.Name == "MNLI" && mnli is null && options.FromMnli)
                throw new InvalidOperationException("No trial of MNLI has a score, so nothing can start from it.");
            foreach ((string name, float[] predicted) in GluePredictions.Of(grid, runFolder, log))
                predictions.Add(name, predicted);
            results.Add(grid.Result);
            NewFile.WriteText(Path.Combine(runFolder, ResultsFile), GlueTable.Of(new GlueReport(results)));
        }

        if (predictions.Count > 0)
            Submit(Path.Combine(runFolder, SubmissionFile), predictions, log);
        return new GlueReport(results);
    }

    private static void RunTrials(GlueTaskGrid grid, GlueOptions options, IProgress<GlueProgress>? progress, Action<string>? log, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<GlueTrial, GlueTrialResult> known = grid.Results;
        GlueTrial[] left = [.. grid.Trials.Where(trial => !known.ContainsKey(trial))];
        int parallel = TrialsAtOnce(options, grid.Task, grid.Start), done = grid.Trials.Count - left.Length;
        if (parallel < options.Parallel)
            log?.Invoke($"{grid.Task}: memory is enough for {parallel} trials side by side.");
        ShareThreads(options, parallel);
        SideBySide.ForEach(left, parallel, (trial, stop) =>
        {
            GlueTrialResult result = grid.Run(trial, stop);
            progress?.Report(new GlueProgress(grid.Task, result, Interlocked.Increment(ref done), grid.Trials.Count));
        }, cancellationToken);
    }

    private static int TrialsAtOnce(GlueOptions options, GlueTask task, PretrainedBert start)
    {
        long free = (long)(UsableMemory * (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet));
        return (int)Math.Clamp(free / GluePlanner.TrialBytes(options, task, start), 1, options.Parallel);
    }

    private static void ShareThreads(GlueOptions options, int parallel)
    {
        if (options.Threads == 0 && options.Parallel == 1)
            return;
        set_num_threads(SideBySide.Threads(options.Threads, parallel));
    }

    private static void Submit(string path, Dictionary<string, float[]> predictions, Action<string>? log)
    {
        GlueSubmission.Write(path, predictions);
        foreach (string problem in GlueSubmission.Check(path))
            log?.Invoke($"{SubmissionFile} is not complete: {problem}");
    }
}
