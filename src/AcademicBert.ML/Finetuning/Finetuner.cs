using System.Diagnostics;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Scoring;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Finetuning;

/// <summary>Trains a pretrained model with a new head on labelled rows.</summary>
internal sealed class Finetuner(FinetuningOptions options, FinetuningObjective objective, Action<FinetuningProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Scores the outputs for the validation rows; larger is better. Null: the objective's own score.</summary>
    public Func<IReadOnlyList<float[]>, IReadOnlyList<float>, double>? ValidationMetric { get; init; }

    /// <summary>Fine-tunes a copy of the pretrained model.</summary>
    /// <param name="pretrained">The pretrained model; stays as it is.</param>
    /// <param name="training">Rows to train on.</param>
    /// <param name="validation">Rows to choose the best epoch by; empty: the last epoch is kept.</param>
    public BertModel Train(PretrainedBert pretrained, IReadOnlyList<LabelledExample> training, IReadOnlyList<LabelledExample> validation)
    {
        var rates = new LayerRates(options, pretrained.Config.Layers);
        BertModel model = Backbone.WithHead(pretrained.Model, objective.Head, options.Dropout, options.Seed, options.Precision);
        try
        {
            using var optimizer = new AdamW(model.Parameters, new AdamWOptions { Beta2 = 0.999, WeightDecay = options.WeightDecay, MaxGradientNorm = options.MaxGradientNorm }, rates.Of);
            using var best = new BestEpoch(model.Parameters);
            int stepsPerEpoch = (training.Count + options.BatchSize - 1) / options.BatchSize;
            var schedule = new LearningRateSchedule { Peak = options.LearningRate, WarmupProportion = options.WarmupProportion };
            int[] lengths = [.. training.Select(example => example.Input.Length)];
            int padId = pretrained.Tokenizer.Vocabulary.PadId;
            for (int epoch = 0; epoch < options.Epochs; epoch++)
            {
                var clock = Stopwatch.StartNew();
                double loss = 0, weight = 0, learningRate = 0;
                foreach (int[] rows in LengthBuckets.Cut(lengths, options.BatchSize, options.Seed, epoch))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    learningRate = schedule.At(optimizer.Steps, (double)options.Epochs * stepsPerEpoch);
                    (double lossSum, double weightSum) = Step(model, optimizer, [.. rows.Select(row => training[row])], padId, learningRate, rates.TrainedFrom);
                    (loss, weight) = (loss + lossSum, weight + weightSum);
                }

                double? score = validation.Count == 0 ? null : Score(model, validation, padId);
                progress?.Invoke(new FinetuningProgress(epoch + 1, options.Epochs, optimizer.Steps, loss / weight, learningRate, score, training.Count / clock.Elapsed.TotalSeconds));
                if (score is not { } value)
                    continue;
                best.Offer(value, epoch);
                if (options.EarlyStoppingPatience > 0 && epoch - best.Epoch >= options.EarlyStoppingPatience)
                    break;
            }

            best.Restore();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private (double LossSum, double WeightSum) Step(BertModel model, AdamW optimizer, LabelledExample[] examples, int padId, double learningRate, int trainedFrom)
    {
        using var scope = NewDisposeScope();
        model.Parameters.ZeroGradients();
        EncoderInput input = PaddedBatch.Of([.. examples.Select(example => example.Input)], padId, model.Device);
        var dropout = new DropoutState((uint)(options.Seed ^ options.Seed >> 32), (uint)optimizer.Steps, 0);
        Tensor outputs_BO = model.Classify(model.Pool(model.Encode(input, dropout)), dropout);
        Tensor loss = objective.LossSum(outputs_BO, [.. examples.Select(example => example.Target)], options.LabelSmoothing);
        model.Backward(loss, trainedFrom);
        double sum = loss.item<float>(), weight = examples.Sum(example => objective.Weight(example.Target));
        if (!optimizer.Step(learningRate, 1 / weight).Applied)
            throw new TrainingDivergedException($"The gradient of step {optimizer.Steps + 1} was not finite. Lower {nameof(FinetuningOptions)}.{nameof(FinetuningOptions.LearningRate)} ({options.LearningRate}).");
        return (sum, weight);
    }

    /// <summary>The head's outputs for each input, without dropout.</summary>
    public static float[][] Outputs(BertModel model, IReadOnlyList<EncodedInput> inputs, int padId) =>
        BatchedInference.Run(inputs, model, padId, input => model.Classify(model.Pool(model.Encode(input))));

    private double Score(BertModel model, IReadOnlyList<LabelledExample> examples, int padId)
    {
        float[][] outputs = Outputs(model, [.. examples.Select(example => example.Input)], padId);
        return (ValidationMetric ?? objective.Score)(outputs, [.. examples.Select(example => example.Target)]);
    }

    /// <summary>Remembers the parameters of the epoch that validated best; the earlier one when equal.</summary>
    private sealed class BestEpoch(FlatParameters parameters) : IDisposable
    {
        private Tensor? _values;
        private double _score = double.NegativeInfinity;

        public int Epoch { get; private set; }

        /// <summary>Keeps the parameters if they are the best so far.</summary>
        public void Offer(double score, int epoch)
        {
            if (score <= _score)
                return;
            (_score, Epoch) = (score, epoch);
            using IDisposable frozen = no_grad();
            _values ??= empty_like(parameters.Values).DetachFromDisposeScope();
            _values.copy_(parameters.Values);
        }

        public void Restore()
        {
            using IDisposable frozen = no_grad();
            if (_values is null)
                return;
            parameters.Values.copy_(_values);
            parameters.Changed();
        }

        public void Dispose() => _values?.Dispose();
    }
}
