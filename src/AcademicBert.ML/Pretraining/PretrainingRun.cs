using AcademicBert.Corpus;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>The training loop: steps until the budget is used, with validations and checkpoints between them.</summary>
internal sealed class PretrainingRun : IDisposable
{
    private readonly PretrainingOptions _options;
    private readonly PreparedCorpus _corpus;
    private readonly BertModel _model;
    private readonly AdamW _optimizer;
    private readonly MaskedLanguageModelValidation? _validation;
    private readonly CheckpointStore? _checkpoints;
    private readonly MetricsLog? _metrics;
    private readonly TrainingObserver _observer;
    private readonly TrainingClock _clock;
    private readonly Action<string> _log;
    private TrainingState _state;
    private TrainingPosition _lastCheckpoint;

    public PretrainingRun(
        PretrainingOptions options, PreparedCorpus corpus, BertModel model, string? runFolder,
        IProgress<TrainingProgress>? progress, Action<string> log, TimeProvider time)
    {
        (_options, _corpus, _model, _log) = (options, corpus, model, log);
        _optimizer = new AdamW(model.Parameters, options.Optimizer);
        _validation = MaskedLanguageModelValidation.Of(corpus, options);
        _state = new TrainingState { Position = default, OptimizerSteps = 0 };
        if (runFolder is not null)
        {
            _checkpoints = new CheckpointStore(runFolder, options.KeepCheckpoints, log);
            if (_checkpoints.Load(model.Parameters, _optimizer) is { } resumed)
            {
                _state = resumed;
                log($"Resumed at step {resumed.Position.Steps}, {TimeSpan.FromSeconds(resumed.Position.Seconds):d\\.hh\\:mm\\:ss} into the budget.");
            }

            _metrics = MetricsLog.Open(runFolder, _state.Position.Steps);
        }

        _lastCheckpoint = _state.Position;
        _clock = new TrainingClock(time, _state.Position.Seconds);
        _observer = new TrainingObserver(options.Budget, _state.Position, progress, _metrics);
    }

    /// <summary>Trains to the end of the budget.</summary>
    /// <returns>The state at the end, validated and saved.</returns>
    public TrainingState Train(TrainingControl control, CancellationToken cancellationToken)
    {
        using var batches = new GlobalBatches(_corpus, _options, _state.Position.Samples);
        try
        {
            _clock.Start();
            while (!IsOver(_state.Position))
            {
                control.ThrowIfStopRequested();
                Step(batches, control, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Checkpoint();
            throw;
        }

        _clock.Pause();
        if (_state.LastValidation is null || _state.ValidatedAt != _state.Position.Steps)
            Validate(cancellationToken);
        Checkpoint();
        return _state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics?.Dispose();
        _optimizer.Dispose();
    }

    private bool IsOver(TrainingPosition position) =>
        position.Fraction(_options.Budget) >= 1 || (_options.EarlyExit is { } exit && position.Fraction(exit) >= 1);

    private void Step(GlobalBatches batches, TrainingControl control, CancellationToken cancellationToken)
    {
        TrainingPosition before = _state.Position;
        double learningRate = _options.Schedule.At(before.In(_options.Budget.Unit), _options.Budget.Amount);
        (double lossSum, long masked) = AccumulateGradients(batches, before, cancellationToken);
        OptimizerStep step = _optimizer.Step(learningRate, 1.0 / masked);
        double loss = lossSum / masked;
        _state = _state with
        {
            Position = new TrainingPosition(before.Steps + 1, before.Samples + _options.BatchSize, _clock.Seconds),
            OptimizerSteps = _optimizer.Steps,
            NonFiniteSteps = step.Applied ? 0 : _state.NonFiniteSteps + 1,
            LastLoss = step.Applied ? loss : null,
        };
        if (before.Steps == 0 && _options.Budget.Unit == BudgetUnit.Time && _state.Position.Fraction(_options.Budget) >= 1)
            throw new BudgetTooShortException(_options, _state.Position.Seconds);
        _observer.Stepped(before, _state, loss, learningRate, step);
        if (!step.Applied)
            Diverging();
        Between(before, control);
    }

    /// <summary>Forward and backward of one global batch; the gradients become sums over its masked tokens.</summary>
    private (double LossSum, long Masked) AccumulateGradients(GlobalBatches batches, TrainingPosition before, CancellationToken cancellationToken)
    {
        _model.Parameters.ZeroGradients();
        double lossSum = 0;
        long masked = 0;
        double pairWeight = batches.MaskedTokensOfAPair(before.Samples);
        foreach (MaskedBatch batch in batches.Next(cancellationToken))
        {
            var dropout = new DropoutState((uint)(_options.Seed ^ _options.Seed >> 32), (uint)before.Steps, batch.FirstPosition);
            lossSum += _model.ReadsHostBatches && batch.RandomNext is null
                ? _model.AccumulateGradients(MaskedBatchOnHost.Of(batch), dropout)
                : AccumulateGradients(batch, pairWeight, dropout);
            masked += batch.MaskedCount;
        }

        return (lossSum, masked);
    }

    private double AccumulateGradients(MaskedBatch batch, double pairWeight, DropoutState dropout)
    {
        using var scope = NewDisposeScope();
        MaskedBatchTensors tensors = MaskedBatchTensors.Of(batch, _model.Device);
        return _model.AccumulateGradients(tensors.Input, new MaskedTargets(tensors.Positions_N, tensors.Ids_N, tensors.RandomNext_B, pairWeight), dropout);
    }

    private void Diverging()
    {
        _log($"Step {_state.Position.Steps}: the gradient is not finite; the update was skipped.");
        if (_state.NonFiniteSteps >= _options.NonFiniteLimit)
            throw new TrainingDivergedException(
                $"The gradient was not finite for {_state.NonFiniteSteps} steps in a row, up to step {_state.Position.Steps}. Lower {nameof(PretrainingOptions)}.Schedule.Peak ({_options.Schedule.Peak}) or set Optimizer.MaxGradientNorm.");
    }

    /// <summary>What is due between two steps; the training clock stands still.</summary>
    private void Between(TrainingPosition before, TrainingControl control)
    {
        bool validate = _options.Validation.IsDue(before.Fraction(_options.Budget), _state.Position.Fraction(_options.Budget));
        bool checkpoint = _checkpoints is not null && (control.TakeCheckpointRequest() || IsCheckpointDue());
        if (!validate && !checkpoint)
            return;
        _clock.Pause();
        if (validate)
            Validate(CancellationToken.None);
        if (checkpoint)
            Checkpoint();
        _clock.Start();
    }

    private bool IsCheckpointDue() =>
        _state.Position.In(_options.CheckpointEvery.Unit) - _lastCheckpoint.In(_options.CheckpointEvery.Unit) >= _options.CheckpointEvery.Amount;

    private void Validate(CancellationToken cancellationToken)
    {
        if (_validation is null)
            return;
        _state = _state with { LastValidation = _validation.Score(_model, cancellationToken), ValidatedAt = _state.Position.Steps };
        _observer.Validated(_state);
    }

    private void Checkpoint()
    {
        if (_checkpoints is null || (_state.Position == _lastCheckpoint && _checkpoints.Any))
            return;
        _checkpoints.Save(_model.Parameters, _optimizer, _state);
        _lastCheckpoint = _state.Position;
    }
}
