using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>Pretrains BERT by masked language modelling within a budget.</summary>
public static class Pretrainer
{
    /// <summary>Trains a model, or continues the run of a run folder from its newest checkpoint.</summary>
    /// <param name="options">How to train; validated first.</param>
    /// <param name="corpus">What to train on; must stay open.</param>
    /// <param name="runFolder">Receives <c>options.json</c>, <c>metrics.jsonl</c>, <c>checkpoints/</c> and, at the end, <c>model/</c>; null: nothing is written.</param>
    /// <param name="progress">Told of every step and every validation, on the training thread if it does not choose another.</param>
    /// <param name="log">Receives warnings and notes, one line each.</param>
    /// <param name="time">Source of time; null for the system's.</param>
    /// <param name="replay">Run folder of another run whose clock is used instead, so that a time budget gives its learning rates and its end again; null: the clock.</param>
    /// <param name="control">Stops the run after a step, asks for a checkpoint or says where to pause; null: nobody does.</param>
    /// <param name="ranks">
    /// Who trains together, each rank calling this with the same arguments: rank 0 writes, reports and logs; null: this process alone.
    /// </param>
    /// <param name="cancellationToken">Stops training within a step; a run folder gets a checkpoint of the step before. With several ranks, all stop after the step.</param>
    /// <exception cref="ArgumentException">An option is invalid or does not fit the corpus or the run folder; the message names it.</exception>
    /// <exception cref="TrainingDivergedException">Gradients were not finite for <see cref="PretrainingOptions.NonFiniteLimit"/> steps in a row.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or a stop requested, on any rank.</exception>
    /// <exception cref="RankFailedException">Another rank has failed; the message names it.</exception>
    /// <exception cref="IOException">Another process trains in the run folder, or it cannot be written.</exception>
    public static PretrainingResult Run(
        PretrainingOptions options, PreparedCorpus corpus, string? runFolder = null, IProgress<TrainingProgress>? progress = null,
        Action<string>? log = null, TimeProvider? time = null, string? replay = null, TrainingControl? control = null, ProcessGroup? ranks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        options.Validate();
        ranks ??= ProcessGroup.Single;
        var clock = new TrainingClockSource(time ?? TimeProvider.System, replay is null ? null : MetricsLog.ReadClock(replay));
        control ??= new TrainingControl();
        int replicas = ranks.Size > 1 ? 1 : Replicas.Count(options);
        return replicas == 1 ? RunRank(ranks) : Replicas.Run(replicas, options.Threads, RunRank);

        PretrainingResult RunRank(ProcessGroup ranks)
        {
            try
            {
                return Run(options, corpus, ranks, runFolder, ranks.IsRoot ? progress : null, ranks.IsRoot && log is not null ? log : _ => { }, clock, control, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                ranks.Abandon(error);
                throw;
            }
        }
    }

    private static PretrainingResult Run(
        PretrainingOptions options, PreparedCorpus corpus, ProcessGroup ranks, string? runFolder, IProgress<TrainingProgress>? progress, Action<string> log,
        TrainingClockSource clock, TrainingControl control, CancellationToken cancellationToken)
    {
        options = StartingModel.Resolve(options, corpus);
        RequireMachine(options);
        if (options.BatchSize < ranks.Size)
            throw new ArgumentException($"{nameof(PretrainingOptions)}.{nameof(PretrainingOptions.BatchSize)} is {options.BatchSize}; {ranks.Size} ranks need at least one sample each.", nameof(options));
        if (options.Threads > 0)
            set_num_threads(options.Threads);
        ranks.RequireSame("options", OptionsJson.Write(options));
        ranks.RequireSame("corpus", corpus.Fingerprint);
        using FolderLock? held = runFolder is not null && ranks.IsRoot ? FolderLock.OfRun(runFolder) : null;
        if (held is not null)
        {
            CheckpointStore.Recover(runFolder!);
            RunFolder.Prepare(runFolder!, options, corpus.Fingerprint);
        }

        if (options.BatchSize > corpus.Train.SampleCount)
            log($"A batch of {options.BatchSize} samples goes more than once over the corpus, which has {corpus.Train.SampleCount}: little text wants smaller batches ({nameof(PretrainingOptions)}.{nameof(PretrainingOptions.BatchSize)}), as in the recipe {NamedRecipes.ForACpu}.");
        if (runFolder is not null && !CheckpointStore.AnyIn(runFolder) && TransformersSupport.WhyNot(options.Model) is { } difference)
            log($"The model will be for this library and for ONNX. Transformers has no such architecture: {difference}");
        BertModel model = StartingModel.Create(options, corpus, ranks.LocalRank, log);
        options = WithMicroBatch(options, corpus, model);
        try
        {
            TrainingState end;
            string card;
            TrainingOverhead overhead;
            using (var artifacts = new RunArtifacts(options, corpus, model, ranks, runFolder, log))
            using (var run = new PretrainingRun(options, corpus, model, ranks, artifacts, progress, log, clock))
            {
                end = run.Train(control, cancellationToken);
                card = artifacts.Card(end);
                overhead = run.Overhead;
            }

            model = model.In(ComputePrecision.Float32); // what is saved and loaded again must give the same numbers
            var bert = new PretrainedBert(model, corpus.Tokenizer, card);
            using RankActivity.Scope writing = ranks.Activity.Enter(RankState.Busy);
            if (runFolder is not null && ranks.IsRoot && end.Ended is not null && Path.Combine(runFolder, RunFolder.ModelFolder) is var saved && !bert.IsIn(saved))
                bert.Save(saved);
            return new PretrainingResult(bert, end, overhead);
        }
        catch (Exception error)
        {
            model.Dispose();
            if (error is BudgetTooShortException && held is not null)
            {
                held.Dispose();
                RunFolder.Withdraw(runFolder!);
            }

            throw;
        }
    }

    /// <summary>Throws where this machine cannot train so, for want of the device or of memory, so that a program says so before it prepares text. Writes nothing.</summary>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the network does not fit into the memory of a machine that trains on its CPU; the message names the sizes.</exception>
    /// <exception cref="InvalidOperationException">libtorch sees no such GPU; the message says what to do.</exception>
    public static void RequireMachine(PretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Device device = DeviceSelection.Resolve(options.Device);
        // The network of a model to go on from is not in the options.
        if (device.type == TorchSharp.DeviceType.CPU && options.From is null)
            ModelMemory.Require(options.Model, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <summary>Throws what <c>Run</c> would where a corpus that is yet to be prepared will not fit the model that options go on from, so that a program says so before it prepares one.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="corpus">How the corpus will be prepared.</param>
    /// <exception cref="ArgumentException">The model has another network than the options, or too few positions; the message names the option.</exception>
    /// <exception cref="IOException">The model's folder is incomplete; the message names the file.</exception>
    /// <exception cref="InvalidDataException">The model's folder is damaged; the message names the file.</exception>
    public static void RequireStart(PretrainingOptions options, CorpusOptions corpus)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        StartingModel.Require(options, corpus);
    }

    /// <summary>Throws what <c>Run</c> does before it trains where options do not fit corpus or run folder, so that a program says so before anything else. Writes nothing.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="corpus">What to train on.</param>
    /// <param name="runFolder">The run folder.</param>
    /// <exception cref="ArgumentException">An option is invalid or does not fit the corpus or the run folder; the message names it.</exception>
    /// <exception cref="IOException">Another process trains in the run folder.</exception>
    public static void RequireResumable(PretrainingOptions options, PreparedCorpus corpus, string runFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        RunFolder.Require(runFolder, StartingModel.Resolve(options, corpus), corpus.Fingerprint);
        FolderLock.OfRun(runFolder).Dispose();
    }

    /// <summary>A dry run: measures a few steps and tells what the run would be. Nothing is written, and the measured steps change no weight.</summary>
    /// <param name="options">How to train; validated first.</param>
    /// <param name="corpus">What to train on; must stay open.</param>
    /// <param name="measuredSteps">Steps of one micro-batch to measure, after a warm-up of 3; fewer of either if they take more than 20 seconds. Default 20.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <exception cref="ArgumentException">An option is invalid or does not fit the corpus; the message names it.</exception>
    public static PretrainingPlan Plan(PretrainingOptions options, PreparedCorpus corpus, int measuredSteps = 20, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentOutOfRangeException.ThrowIfLessThan(measuredSteps, 1);
        options = StartingModel.Resolve(options, corpus);
        RequireMachine(options);
        if (options.Threads > 0)
            set_num_threads(options.Threads);
        using BertModel model = StartingModel.Create(options, corpus, localRank: 0, log: _ => { });
        options = WithMicroBatch(options, corpus, model);
        return new RunPlanner(options, corpus, model).Plan(measuredSteps, cancellationToken);
    }

    private static PretrainingOptions WithMicroBatch(PretrainingOptions options, PreparedCorpus corpus, BertModel model) =>
        options.MicroBatchSize > 0 ? options : options with { MicroBatchSize = MicroBatch.Of(model, options, corpus.Train.SequenceLength) };
}
