using AcademicBert.Modeling;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Finetuning;

/// <summary>What the head is trained to: a class, or a number.</summary>
internal abstract class FinetuningObjective(HeadSpec head)
{
    /// <summary>The head the objective needs.</summary>
    public HeadSpec Head { get; } = head;

    /// <summary>Sum of the weighted losses of a batch.</summary>
    /// <param name="outputs_BO">The head's outputs.</param>
    /// <param name="targets">A target for each row.</param>
    /// <param name="smoothing">Label smoothing.</param>
    public abstract Tensor LossSum(Tensor outputs_BO, float[] targets, double smoothing);

    /// <summary>Weight of a row: the loss of a batch is the sum of the losses over the sum of the weights.</summary>
    public virtual double Weight(float target) => 1;

    /// <summary>What <see cref="Score"/> measures.</summary>
    public abstract string Measure { get; }

    /// <summary>How well outputs fit their targets; larger is better.</summary>
    public abstract double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<float> targets);

    /// <summary>One of several classes: softmax cross-entropy, scored by accuracy. Two classes are a binary classification.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weights">Weight of each class in the loss; null: 1 each.</param>
    public static FinetuningObjective Classification(int classes, IReadOnlyList<float>? weights = null) => new ClassObjective(classes, weights);

    /// <summary>A number: squared error, scored by its negative mean.</summary>
    public static FinetuningObjective Regression { get; } = new NumberObjective();

    private sealed class ClassObjective(int classes, IReadOnlyList<float>? weights) : FinetuningObjective(HeadSpec.Classifier(classes))
    {
        public override Tensor LossSum(Tensor outputs_BO, float[] targets, double smoothing)
        {
            Tensor targets_B = tensor(targets).to(int64, outputs_BO.device);
            Tensor? weights_O = weights is null ? null : tensor([.. weights], device: outputs_BO.device);
            return functional.cross_entropy(outputs_BO, targets_B, weights_O, reduction: Reduction.Sum, label_smoothing: smoothing);
        }

        public override double Weight(float target) => weights?[(int)target] ?? 1;

        public override string Measure => "accuracy";

        public override double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<float> targets) =>
            outputs.Zip(targets, (output, target) => output.AsSpan().IndexOf(output.Max()) == (int)target ? 1.0 : 0.0).Average();
    }

    private sealed class NumberObjective() : FinetuningObjective(HeadSpec.Classifier(1))
    {
        public override Tensor LossSum(Tensor outputs_BO, float[] targets, double smoothing) =>
            functional.mse_loss(outputs_BO.squeeze(1), tensor(targets).to(outputs_BO.device), Reduction.Sum);

        public override string Measure => "negative mean squared error";

        public override double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<float> targets) =>
            -outputs.Zip(targets, (output, target) => Math.Pow(output[0] - target, 2)).Average();
    }
}
