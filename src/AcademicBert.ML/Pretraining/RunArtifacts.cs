using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>What a run writes while it goes on, by rank 0: journal, checkpoints, snapshots; nothing where it has no folder.</summary>
internal sealed class RunArtifacts : IDisposable
{
    private const string SnapshotFolder = "snapshots";

    private readonly PretrainingOptions _options;
    private readonly PreparedCorpus _corpus;
    private readonly BertModel _model;
    private readonly ProcessGroup _ranks;
    private readonly bool _saves;
    private readonly string? _folder;
    private readonly Action<string> _log;
    private readonly CheckpointStore? _checkpoints;
    private TrainingPosition _lastCheckpoint;

    public RunArtifacts(PretrainingOptions options, PreparedCorpus corpus, BertModel model, ProcessGroup ranks, string? folder, Action<string> log)
    {
        (_options, _corpus, _model, _ranks, _log) = (options, corpus, model, ranks, log);
        _saves = folder is not null;
        _folder = ranks.IsRoot ? folder : null;
        if (_folder is not null)
            _checkpoints = new CheckpointStore(_folder, options.KeepCheckpoints, log);
    }

    /// <summary>The journal; null without a folder.</summary>
    public MetricsLog? Metrics { get; private set; }

    /// <summary>The run's curves; null without a folder.</summary>
    public TensorBoardLog? TensorBoard(TimeProvider time) => _folder is null ? null : new TensorBoardLog(_folder, time);

    /// <summary>Collective: loads the newest checkpoint, or starts anew, and opens the journal there.</summary>
    public TrainingState Resume(ParallelOptimizer optimizer)
    {
        var state = new TrainingState { Position = default, OptimizerSteps = 0 };
        if (!_saves)
            return state;
        TrainingState? found = null;
        using (RankActivity.Scope reading = _ranks.Activity.Enter(RankState.Busy))
            optimizer.Load(whole => found = _checkpoints!.Load(_model.Parameters, whole));
        if (_ranks.OfRoot(found is null ? "" : Checkpoint.Text(found)) is { Length: > 0 } resumed)
        {
            state = Checkpoint.State(resumed);
            _log($"Resumed at step {state.Position.Steps}, after {state.Position.Seconds.ToString("N0", CultureInfo.InvariantCulture)} s of training.");
        }

        _lastCheckpoint = state.Position;
        if (_folder is not null)
            Metrics = MetricsLog.Open(_folder, state.Position.Steps);
        return state;
    }

    /// <summary>Notes that the run starts, or goes on, here and now.</summary>
    public void Begin(TrainingState state, TimeProvider time)
    {
        if (_folder is null)
            return;
        IKernels? kernels = _model.Parameters.Kernels;
        RunStartLog.Add(_folder, new RunStart
        {
            At = time.GetUtcNow(),
            Step = state.Position.Steps,
            Machine = MachineDescription.Current,
            Device = kernels is CudaKernels cuda ? $"{_model.Device} ({cuda.Device.Name})" : _model.Device.ToString(),
            Kernels = kernels?.Variant,
            ComputeType = _model.ComputeType.ToString(),
            Threads = get_num_threads(),
            Ranks = _ranks.Size,
        });
    }

    /// <summary>Whether rank 0 finds that enough has been trained since the last checkpoint, and the disk has taken that one: training does not wait for it.</summary>
    public bool IsCheckpointDue(TrainingPosition position) =>
        _checkpoints is { IsWriting: false } &&
        position.In(_options.CheckpointEvery.Unit) - _lastCheckpoint.In(_options.CheckpointEvery.Unit) >= _options.CheckpointEvery.Amount;

    /// <summary>Collective: writes a checkpoint in the background.</summary>
    public void Save(ParallelOptimizer optimizer, TrainingState state)
    {
        using RankActivity.Scope writing = _ranks.Activity.Enter(RankState.Busy);
        if (_saves)
            optimizer.Save(whole => _checkpoints!.Save(_model.Parameters, whole, state));
        _lastCheckpoint = state.Position;
    }

    /// <summary>Collective: writes the checkpoint a run ends with, unless it is there already.</summary>
    /// <exception cref="IOException">It cannot be written; the message says what is kept.</exception>
    public void SaveLast(ParallelOptimizer optimizer, TrainingState state)
    {
        if (!_saves)
            return;
        using RankActivity.Scope writing = _ranks.Activity.Enter(RankState.Busy);
        _checkpoints?.Wait();
        bool there = state.Position == _lastCheckpoint && state.Ended is null && _checkpoints?.Has(state.Position.Steps) == true;
        if (_ranks.OfRoot(there ? 1 : 0) != 0)
            return;
        optimizer.Save(whole => _checkpoints!.SaveLast(_model.Parameters, whole, state));
        _lastCheckpoint = state.Position;
    }

    /// <summary>Keeps the model of the moment, once: a run that is resumed before the mark leaves the snapshot it has.</summary>
    public void SaveSnapshot(double share, TrainingState state)
    {
        if (_folder is null)
            return;
        using RankActivity.Scope writing = _ranks.Activity.Enter(RankState.Busy);
        string folder = Path.Combine(_folder, SnapshotFolder, string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##}-percent"));
        if (Directory.Exists(folder))
            return;
        // Not disposed: the model is the run's.
        new PretrainedBert(_model, _corpus.Tokenizer, Card(state)).Save(folder);
        _log($"Step {state.Position.Steps}: snapshot '{folder}'.");
    }

    /// <summary>The model card of the moment.</summary>
    public string Card(TrainingState state) => ModelCard.Write(
        _options.Model, _model.Parameters.Slots.Sum(slot => slot.Count), _options, _corpus.Manifest, state.Position, state.LastValidation);

    public void Dispose()
    {
        _checkpoints?.Dispose();
        Metrics?.Dispose();
    }
}
