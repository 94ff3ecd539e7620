using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tensors;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>The training loop, the same on every rank: steps until the run is over, with validations, checkpoints and snapshots between them.</summary>
internal sealed class PretrainingRun : IDisposable
{
    // Of .NET's timers, about.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(49);

    private readonly PretrainingOptions _options;
    private readonly PreparedCorpus _corpus;
    private readonly BertModel _model;
    private readonly ProcessGroup _ranks;
    private readonly ParallelOptimizer _optimizer;
    private readonly MaskedLanguageModelValidation? _validation;
    private readonly ValidationPlan _validations;
    private readonly RunArtifacts _artifacts;
    private readonly TrainingObserver _observer;
    private readonly TrainingClock _clock;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private TrainingState _state;
    private Requests _asked;

    public PretrainingRun(PretrainingOptions options, PreparedCorpus corpus, BertModel model, ProcessGroup ranks, RunArtifacts artifacts, IProgress<TrainingProgress>? progress, Action<string> log, TrainingClockSource time)
    {
        (_options, _corpus, _model, _ranks, _artifacts, _log) = (options, corpus, model, ranks, artifacts, log);
        _optimizer = new ParallelOptimizer(model.Parameters, options.Optimizer, ranks, ranks.BuffersOn(model.Device), options.Distributed);
        _validation = MaskedLanguageModelValidation.Of(corpus, options, ranks);
        _validations = options.Validation.For(options.Budget);
        _state = artifacts.Resume(_optimizer);
        artifacts.Begin(_state, time.Time);
        _clock = new TrainingClock(time, _state.Position);
        _time = time.Time;
        double peak = ranks.Size * MatrixPeak.Quick(ComputeTypes.ScalarTypeOf(model.ComputeType), model.Device);
        if (_state.Position.Steps == 0 && LongSteps.Note(options, corpus.Train.SequenceLength, peak) is { } note)
            log(note);
        model.Parameters.LossScale.Expect(options.BatchSize * corpus.Train.SequenceLength * options.Masking.MaskRate);
        model.Parameters.LossScale.Restore(_state.LossScale, _state.LossScaleCleanSteps);
        _observer = new TrainingObserver(options.Budget, _state.Position, peak, new TrainingRecords(progress, artifacts.Metrics, artifacts.TensorBoard(time.Time)));
    }

    /// <summary>Trains until the run is over or pauses.</summary>
    /// <returns>The state there, validated and saved; <see cref="TrainingState.Ended"/> is null where the run pauses.</returns>
    public TrainingState Train(TrainingControl control, CancellationToken cancellationToken)
    {
        using var gradients = new PretrainingGradients(_model, _corpus, _options, _ranks, _state.Position.Samples, _log);
        // Within a step or a validation one rank alone cannot stop: the others would wait for it.
        bool alone = _ranks.Size == 1;
        CancellationToken withinStep = alone ? cancellationToken : CancellationToken.None;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, control.Stop);
        CancellationToken withinValidation = alone ? either.Token : CancellationToken.None;
        try
        {
            _clock.Start();
            if (_state.InterruptedAfter is { } interrupted)
                Between(interrupted, control, withinValidation, cancellationToken);
            _asked = control.Agree(_ranks, checkpointDue: false, cancellationToken);
            while (StopReasonNow() is null && !(_state.Position.Steps > 0 && control.PauseAt is { } mark && _state.Position.Fraction(mark) >= 1))
            {
                _asked.ThrowIfStop();
                TrainingPosition before = _state.Position;
                Step(gradients, before, withinStep);
                Between(before, control, withinValidation, cancellationToken);
            }

            _clock.Pause();
            _state = _state with { Ended = StopReasonNow() };
            if (_state.LastValidation is null || _state.ValidatedAt != _state.Position.Steps)
                Validate(withinValidation);
        }
        catch (OperationCanceledException)
        {
            // Before the first step there is nothing to go on from, and the folder is free for other options.
            if (_state.Position.Steps > 0)
                _artifacts.SaveLast(_optimizer, _state);
            throw;
        }

        _artifacts.SaveLast(_optimizer, _state);
        return _state;
    }

    /// <summary>Time spent beside training.</summary>
    public TrainingOverhead Overhead => _observer.Overhead;

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();

    private StopReason? StopReasonNow() =>
        _state.Ended is { } ended ? ended
        : _state.Position.Fraction(_options.Budget) >= 1 ? StopReason.BudgetUsed
        : _options.EarlyExit is { } exit && _state.Position.Fraction(exit) >= 1 ? StopReason.EarlyExit
        : null;

    private void Step(PretrainingGradients gradients, TrainingPosition before, CancellationToken cancellationToken)
    {
        double learningRate = _options.Schedule.At(before.In(_options.Budget.Unit), _options.Budget.Amount);
        double[] figures = Accumulate(gradients, before, cancellationToken).Figures;
        double sumNorm = _optimizer.Reduce(figures);
        BatchTotals totals = BatchTotals.Of(figures);
        LossScale lossScale = _model.Parameters.LossScale;
        double loss = totals.LossSum / totals.Masked, scale = 1.0 / totals.Masked / lossScale.Factor, norm = sumNorm * scale;
        bool overflowed = lossScale.Update(double.IsFinite(norm)), spike = double.IsFinite(norm) && IsSpike(loss, norm);
        var step = new OptimizerStep(norm, Applied: double.IsFinite(norm) && !spike, overflowed);
        if (step.Applied)
            _optimizer.Update(learningRate, scale, norm);
        _state = (_options.Spikes is { } guard && step.Applied ? WithStatistics(loss, step.GradientNorm, guard) : _state) with
        {
            Position = new TrainingPosition(before.Steps + 1, before.Samples + gradients.SizeAt(before.Samples), _ranks.OfRoot(_clock.ReadAfterStep(before.Steps + 1))),
            OptimizerSteps = _optimizer.Steps,
            NonFiniteSteps = step.Applied || spike || step.Overflowed ? 0 : _state.NonFiniteSteps + 1,
            LossScale = lossScale.IsDynamic ? lossScale.Value : null,
            LossScaleCleanSteps = lossScale.CleanSteps,
            LastLoss = step.Applied ? loss : null,
        };
        if (before.Steps == 0 && _options.Budget.Unit == BudgetUnit.Time && _state.Position.Fraction(_options.Budget) >= 1)
            throw new BudgetTooShortException(_options, _state.Position.Seconds);
        double flops = ModelFlops.OfTraining(_options.Model, totals.Tokens, totals.SquaredLengths, totals.Masked);
        _observer.Stepped(before, _state, new StepFigures(loss, learningRate, step, totals.Tokens, flops));
        if (spike)
            Spiking(loss, step.GradientNorm);
        else if (step.Overflowed)
            _log($"Step {_state.Position.Steps}: the gradient left the range of fp16; the update was skipped, and the loss scale is {_state.LossScale} now.");
        else if (!step.Applied)
            Diverging();
    }

    // A first step that would outlast the budget is broken off with it, where a lone rank can: it may take hours.
    private BatchTotals Accumulate(PretrainingGradients gradients, TrainingPosition before, CancellationToken cancellationToken)
    {
        if (before.Steps > 0 || _ranks.Size > 1 || _options.Budget.Unit != BudgetUnit.Time || _options.Budget.Amount > s_longestTimer.TotalSeconds)
            return gradients.Accumulate(before, cancellationToken);
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(_options.Budget.Amount), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return gradients.Accumulate(before, either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BudgetTooShortException(_options, secondsOfFirstStep: null);
        }
    }

    private bool IsSpike(double loss, double norm) =>
        _options.Spikes is { } guard && (_state.LossStatistics.IsSpike(loss, guard) || _state.GradientStatistics.IsSpike(norm, guard));

    private TrainingState WithStatistics(double loss, double norm, SpikeGuard guard) =>
        _state with { LossStatistics = _state.LossStatistics.With(loss, guard), GradientStatistics = _state.GradientStatistics.With(norm, guard) };

    private void Spiking(double loss, double norm)
    {
        string what = $"Step {_state.Position.Steps}: a spike (loss {loss:F4} against {_state.LossStatistics.Mean:F4} lately, gradient norm {norm:G4} against {_state.GradientStatistics.Mean:G4}); the update was left out.";
        _log(what);
        if (_options.Spikes!.Action != SpikeAction.Stop)
            return;
        _artifacts.SaveLast(_optimizer, _state);
        throw new TrainingDivergedException($"{what} The run stops at spikes ({nameof(PretrainingOptions)}.{nameof(PretrainingOptions.Spikes)}).");
    }

    private void Diverging()
    {
        _log($"Step {_state.Position.Steps}: the gradient is not finite; the update was skipped.");
        if (_state.NonFiniteSteps >= _options.NonFiniteLimit)
            throw new TrainingDivergedException(
                $"The gradient was not finite for {_state.NonFiniteSteps} steps in a row{(_state.LossScale is { } scale ? $" at fp16's loss scale {scale}" : "")}, up to step {_state.Position.Steps}. Lower {nameof(LearningRateSchedule)}.{nameof(LearningRateSchedule.Peak)} ({_options.Schedule.Peak}) or set {nameof(AdamWOptions)}.{nameof(AdamWOptions.MaxGradientNorm)}, in another run folder.");
    }

    /// <summary>What is due between two steps; the training clock stands still.</summary>
    private void Between(TrainingPosition before, TrainingControl control, CancellationToken withinValidation, CancellationToken cancellationToken)
    {
        _state = _state with { InterruptedAfter = before };
        double from = before.Fraction(_options.Budget), to = _state.Position.Fraction(_options.Budget);
        bool validate = _validations.IsDue(from, to);
        _clock.Pause();
        if (validate)
            Validate(withinValidation);
        if (_options.LossLimit?.Ends(before, _state) == true)
            _state = _state with { Ended = StopReason.LossAboveLimit };
        long saving = _time.GetTimestamp();
        foreach (double share in _options.Snapshots.Where(share => from < share && share <= to))
            _artifacts.SaveSnapshot(share, _state);
        _state = _state with { InterruptedAfter = null };
        _asked = control.Agree(_ranks, _artifacts.IsCheckpointDue(_state.Position), cancellationToken);
        if (_asked.Checkpoint || (validate && _state.BestStep == _state.Position.Steps))
            _artifacts.Save(_optimizer, _state);
        _observer.Saved(_time.GetElapsedTime(saving));
        _clock.Start();
    }

    private void Validate(CancellationToken cancellationToken)
    {
        if (_validation is null)
            return;
        long start = _time.GetTimestamp();
        ValidationScore score = _validation.Score(_model, cancellationToken);
        long step = _state.Position.Steps;
        _state = _state with { LastValidation = score, ValidatedAt = step };
        if (!(score.Loss >= _state.BestLoss))
            _state = _state with { BestLoss = score.Loss, BestStep = step };
        _observer.Validated(_state, _time.GetElapsedTime(start));
        // Among ranks it would hold up the others.
        if (_ranks.Size == 1)
            _observer.Remeasured(MatrixPeak.Quick(ComputeTypes.ScalarTypeOf(_model.ComputeType), _model.Device));
    }
}
