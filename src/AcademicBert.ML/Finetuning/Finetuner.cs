using System.Diagnostics;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Scoring;
using AcademicBert.Tensors;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Finetuning;

/// <summary>Trains a pretrained model with a new head on labelled rows.</summary>
internal sealed class Finetuner(FinetuningOptions options, FinetuningObjective objective, Action<FinetuningProgress>? progress, CancellationToken cancellationToken)
{
    // BERT's own: a network without pretraining does best from it.
    private const double UntrainedRange = 0.02;

    /// <summary>Folder that gets a checkpoint after every epoch, and where training goes on; null: nothing is kept.</summary>
    public string? RunFolder { get; init; }

    /// <summary>Number, from 1, of the epoch that validated best and was kept; null before training, and without rows to validate.</summary>
    public int? KeptEpoch { get; private set; }

    /// <summary>Optimizer steps done, those of earlier starts with them.</summary>
    public long Steps { get; private set; }

    /// <summary>Fine-tunes a copy of the pretrained model, or, for <see cref="FinetuningOptions.Untrained"/>, of its network with random parameters.</summary>
    /// <param name="pretrained">The pretrained model; stays as it is.</param>
    /// <param name="training">Rows to train on.</param>
    /// <param name="validation">Rows to choose the best epoch by; empty: the last epoch is kept.</param>
    public BertModel Train(PretrainedBert pretrained, IReadOnlyList<LabelledExample> training, IReadOnlyList<LabelledExample> validation)
    {
        using PretrainedBert? random = options.Untrained ? PretrainedBert.CreateUntrained(pretrained.Config with { InitializerRange = UntrainedRange }, pretrained.Tokenizer, options.Seed) : null;
        pretrained = random ?? pretrained;
        var rates = new LayerRates(options, pretrained.Config.Layers);
        FinetuningRun? run = RunFolder is null ? null : FinetuningRun.Open(RunFolder, options, objective, pretrained, training, validation);
        BertModel model = Backbone.WithHead(
            pretrained.Model, objective.Head, options.Dropout, options.Seed, options.Precision, options.Device is null ? null : DeviceSelection.Resolve(options.Device),
            pairs: training.Any(example => example.Input.SecondStart < example.Input.Length));
        try
        {
            model.Parameters.LossScale.Expect(options.BatchSize);
            using var optimizer = new AdamW(model.Parameters, new AdamWOptions { Beta2 = 0.999, WeightDecay = options.WeightDecay, MaxGradientNorm = options.MaxGradientNorm }, rates.Of);
            using var best = new BestEpoch(model.Parameters);
            var step = new FinetuningStep(model, optimizer, objective, options, rates.TrainedFrom, pretrained.Tokenizer.Vocabulary.PadId);
            int stepsPerEpoch = (training.Count + options.BatchSize - 1) / options.BatchSize;
            var schedule = new LearningRateSchedule { Peak = options.LearningRate, WarmupProportion = options.WarmupProportion };
            int[] lengths = [.. training.Select(example => example.Input.Length)];
            int done = run?.Resume(model.Parameters, optimizer, best) ?? 0;
            using FinetuningJournal? journal = RunFolder is null ? null : FinetuningJournal.Open(RunFolder, done);
            for (int epoch = done; epoch < options.Epochs && !HasStopped(best, epoch); epoch++)
            {
                var clock = Stopwatch.StartNew();
                double loss = 0, weight = 0, learningRate = 0;
                foreach (int[] rows in LengthBuckets.Cut(lengths, options.BatchSize, options.Seed, epoch))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    learningRate = schedule.At(optimizer.Steps, (double)options.Epochs * stepsPerEpoch);
                    (double lossSum, double weightSum) = step.Run([.. rows.Select(row => training[row])], learningRate);
                    (loss, weight) = (loss + lossSum, weight + weightSum);
                    journal?.Write(new FinetuningLine { Event = FinetuningJournal.Step, Epoch = epoch + 1, Step = optimizer.Steps, Loss = lossSum / weightSum, LearningRate = learningRate });
                }

                double rowsPerSecond = training.Count / clock.Elapsed.TotalSeconds;
                double? score = validation.Count == 0 ? null : Score(model, validation, pretrained.Tokenizer.Vocabulary.PadId);
                if (score is { } value)
                    best.Offer(value, epoch);
                journal?.Write(new FinetuningLine
                {
                    Event = FinetuningJournal.Epoch, Epoch = epoch + 1, Step = optimizer.Steps, Loss = loss / weight, Measure = score is null ? null : objective.Measure, Score = score, RowsPerSecond = rowsPerSecond,
                });
                run?.Save(epoch + 1, model.Parameters, optimizer, best);
                progress?.Invoke(new FinetuningProgress(epoch + 1, options.Epochs, optimizer.Steps, loss / weight, learningRate, score, rowsPerSecond));
            }

            best.Restore();
            KeptEpoch = best.Values is null ? null : best.Epoch + 1;
            Steps = optimizer.Steps;
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The classifier's outputs for each input, without dropout.</summary>
    public static float[][] Outputs(BertModel model, IReadOnlyList<EncodedInput> inputs, int padId) =>
        BatchedInference.Run(inputs, model, padId, input => model.Outputs(input));

    private bool HasStopped(BestEpoch best, int epoch) =>
        options.EarlyStoppingPatience > 0 && best.Values is not null && epoch - 1 - best.Epoch >= options.EarlyStoppingPatience;

    private double Score(BertModel model, IReadOnlyList<LabelledExample> examples, int padId)
    {
        float[][] outputs = BatchedInference.Run([.. examples.Select(example => example.Input)], model, padId, input => objective.Outputs(model, input));
        return objective.Score(outputs, examples);
    }
}
