using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Scoring;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Finetuning;

/// <summary>One optimizer step on a batch of labelled rows.</summary>
internal sealed class FinetuningStep(BertModel model, AdamW optimizer, FinetuningObjective objective, FinetuningOptions options, int trainedFrom, int padId)
{
    private string Remedy => $"Lower {nameof(FinetuningOptions)}.{nameof(FinetuningOptions.LearningRate)} ({options.LearningRate}).";

    /// <summary>Trains on a batch; the update does not depend on how many rows it has.</summary>
    /// <param name="examples">The rows.</param>
    /// <param name="learningRate">Learning rate of the update.</param>
    /// <returns>Sum of the weighted losses, and of the weights.</returns>
    /// <exception cref="TrainingDivergedException">The gradient is not finite.</exception>
    public (double LossSum, double WeightSum) Run(LabelledExample[] examples, double learningRate)
    {
        using var scope = NewDisposeScope();
        model.Parameters.ZeroGradients();
        EncoderInput input = PaddedBatch.Of([.. examples.Select(example => example.Input)], padId, model.Device);
        var dropout = new DropoutState((uint)(options.Seed ^ options.Seed >> 32), (uint)optimizer.Steps, 0);
        float[] targets = [.. examples.SelectMany(example => example.Targets)];
        Tensor loss = objective.LossSum(objective.Outputs(model, input, examples, dropout), targets, options.LabelSmoothing);
        model.Backward(loss, trainedFrom);
        double sum = loss.item<float>(), weight = targets.Sum(objective.Weight);
        switch (optimizer.Step(learningRate, 1 / weight))
        {
            case { Applied: false, Overflowed: false }:
                throw new TrainingDivergedException($"The gradient of step {optimizer.Steps + 1} was not finite. {Remedy}");
            case { Applied: true } when !double.IsFinite(sum):
                throw new TrainingDivergedException($"The loss of step {optimizer.Steps} was {sum}. {Remedy}{(objective.Head.Outputs == 1 ? " Or are labels very large? Scale them, to 0 to 1 for example." : "")}");
            default:
                return (sum, weight);
        }
    }
}
