using System.Diagnostics;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>Measures some steps of a task's trials and works out the rest. Writes nothing.</summary>
internal static class GluePlanner
{
    // Enough to fill every length bucket once; the first of two passes warms up.
    private const int MeasuredBatches = 8, MeasuredPasses = 2, ScoredRows = 256;

    /// <param name="options">The options.</param>
    /// <param name="task">The task.</param>
    /// <param name="start">The model trials start from, or one of its shape.</param>
    /// <param name="dataFolder">The folder that holds a folder for each task.</param>
    /// <param name="done">Trials that are done.</param>
    /// <param name="parallel">Trials side by side.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    public static GlueTaskPlan Plan(GlueOptions options, GlueTask task, PretrainedBert start, string dataFolder, IReadOnlySet<GlueTrial> done, int parallel, CancellationToken cancellationToken)
    {
        var data = GlueTaskData.Load(dataFolder, task, start.Tokenizer, options.MaxLength(start.Config), options.SkipBrokenRows);
        IReadOnlyList<GlueTrial> trials = options.Trials(task);
        double seconds = 0;
        foreach (IGrouping<int, GlueTrial> left in trials.Where(trial => !done.Contains(trial)).GroupBy(trial => trial.BatchSize))
        {
            (double training, double scoring) = Measure(options.Of(left.First()), start, data, cancellationToken);
            seconds += left.Sum(trial => (double)trial.Epochs * data.Training.Count / training + data.Dev.Values.Sum(rows => rows.Count) / scoring);
        }

        return new GlueTaskPlan(task, trials.Count, trials.Count(done.Contains), data.Training.Count, TimeSpan.FromSeconds(seconds / parallel), TrialBytes(options, task, start));
    }

    /// <summary>
    /// Bytes a trial takes: values, gradients, two moments, the copy of the compute type and one of the result, and the activations of a
    /// batch of longest inputs.
    /// </summary>
    public static long TrialBytes(GlueOptions options, GlueTask task, PretrainedBert start)
    {
        BertConfig config = start.Config;
        long length = options.MaxLength(config), batch = options.Trials(task).Max(trial => trial.BatchSize);
        long activationsOfAToken = 12L * config.HiddenSize + 3L * config.InnerSize + 3L * config.Heads * length;
        return sizeof(float) * (6L * start.Model.Parameters.Slots.Sum(slot => slot.Count) + batch * length * config.Layers * activationsOfAToken);
    }

    private static (double TrainingRowsPerSecond, double ScoringRowsPerSecond) Measure(FinetuningOptions finetuning, PretrainedBert start, GlueTaskData data, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelledExample> scored = Spread(data.Dev.Values.First(), ScoredRows);
        double rate = 0;
        using BertModel model = new Finetuner(finetuning with { Epochs = MeasuredPasses }, data.Objective, progress => rate = progress.RowsPerSecond, cancellationToken)
            .Train(start, Spread(data.Training, MeasuredBatches * finetuning.BatchSize), []);
        using var bert = new PretrainedBert(model.In(ComputePrecision.Float32), start.Tokenizer);
        var clock = Stopwatch.StartNew();
        GlueTaskData.Predict(bert, data.Task, scored);
        return (rate, scored.Count / clock.Elapsed.TotalSeconds);
    }

    private static IReadOnlyList<T> Spread<T>(IReadOnlyList<T> rows, int count) =>
        rows.Count <= count ? rows : [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Count / count)])];
}
