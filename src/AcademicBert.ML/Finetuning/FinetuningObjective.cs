using System.Globalization;
using AcademicBert.Modeling;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Finetuning;

/// <summary>What the head is trained to: a class of the input or of each word, or a number.</summary>
internal abstract class FinetuningObjective(HeadSpec head)
{
    /// <summary>The head the objective needs.</summary>
    public HeadSpec Head { get; } = head;

    /// <summary>The head's outputs for the targets of a batch while training, (N, O).</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The batch.</param>
    /// <param name="examples">Its rows.</param>
    /// <param name="dropout">Masks to draw; null: none.</param>
    public virtual Tensor Outputs(BertModel model, EncoderInput input, IReadOnlyList<LabelledExample> examples, DropoutState? dropout) =>
        model.Outputs(input, dropout);

    /// <summary>What <see cref="Score"/> reads of each row, without dropout, (B, W).</summary>
    public virtual Tensor Outputs(BertModel model, EncoderInput input) => model.Outputs(input);

    /// <summary>Sum of the weighted losses of a batch.</summary>
    /// <param name="outputs_NO">The head's outputs.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="smoothing">Label smoothing.</param>
    public abstract Tensor LossSum(Tensor outputs_NO, float[] targets, double smoothing);

    /// <summary>Weight of a target: the loss of a batch is the sum of the losses over the sum of the weights.</summary>
    public virtual double Weight(float target) => 1;

    /// <summary>What <see cref="Score"/> measures.</summary>
    public abstract string Measure { get; }

    /// <summary>How well outputs fit the targets of their rows; larger is better.</summary>
    public abstract double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<LabelledExample> rows);

    /// <summary>A score in words and numbers, as people read it.</summary>
    public virtual string Describe(double score) => string.Create(CultureInfo.InvariantCulture, $"{Measure} {score:F4}");

    /// <summary>One of several classes: softmax cross-entropy, scored by accuracy. Two classes are a binary classification.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weights">Weight of each class in the loss; null: 1 each.</param>
    public static FinetuningObjective Classification(int classes, IReadOnlyList<float>? weights = null) => new ClassObjective(HeadSpec.Classifier(classes), weights);

    /// <summary>A label of each word: softmax cross-entropy at its first token, scored by the F1 of entities, or by accuracy where labels are not of the form BIO.</summary>
    /// <param name="labels">Names of the labels.</param>
    public static FinetuningObjective TokenClassification(IReadOnlyList<string> labels) => new TokenObjective(labels);

    /// <summary>A number: squared error, scored by its negative mean.</summary>
    public static FinetuningObjective Regression { get; } = new NumberObjective();

    private class ClassObjective(HeadSpec head, IReadOnlyList<float>? weights) : FinetuningObjective(head)
    {
        public override Tensor LossSum(Tensor outputs_NO, float[] targets, double smoothing)
        {
            Tensor targets_N = tensor(targets).to(int64, outputs_NO.device);
            Tensor? weights_O = weights is null ? null : tensor([.. weights], device: outputs_NO.device);
            return functional.cross_entropy(outputs_NO, targets_N, weights_O, reduction: Reduction.Sum, label_smoothing: smoothing);
        }

        public override double Weight(float target) => weights?[(int)target] ?? 1;

        public override string Measure => "accuracy";

        public override double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<LabelledExample> rows) =>
            outputs.Zip(rows, (output, row) => output.AsSpan().IndexOf(output.Max()) == (int)row.Target ? 1.0 : 0.0).Average();
    }

    private sealed class TokenObjective(IReadOnlyList<string> labels) : ClassObjective(HeadSpec.TokenClassifier(labels.Count), null)
    {
        private readonly bool _entities = EntityF1.Reads(labels);

        public override Tensor Outputs(BertModel model, EncoderInput input, IReadOnlyList<LabelledExample> examples, DropoutState? dropout)
        {
            long length = input.InputIds.shape[1];
            long[] positions = [.. examples.SelectMany((example, row) => example.Tokens!.Select(token => row * length + token))];
            return model.ClassifyTokens(model.Encode(input, dropout), dropout).reshape(-1, Head.Outputs).index_select(0, tensor(positions, device: model.Device));
        }

        public override Tensor Outputs(BertModel model, EncoderInput input) => model.ClassifyTokens(model.Encode(input)).argmax(-1).to(float32);

        public override string Measure => _entities ? "entity F1" : "accuracy";

        public override double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<LabelledExample> rows)
        {
            (string[] Expected, string[] Found)[] words = [.. outputs.Zip(rows, (output, row) => (Names(row.Targets), Names(row.Tokens!.Select(token => output[token]))))];
            return _entities
                ? EntityF1.Of([.. words.Select(row => row.Expected)], [.. words.Select(row => row.Found)])
                : words.SelectMany(row => row.Expected.Zip(row.Found, (expected, found) => expected == found ? 1.0 : 0.0)).Average();
        }

        private string[] Names(IEnumerable<float> classes) => [.. classes.Select(label => labels[(int)label])];
    }

    private sealed class NumberObjective() : FinetuningObjective(HeadSpec.Classifier(1))
    {
        public override Tensor LossSum(Tensor outputs_NO, float[] targets, double smoothing) =>
            functional.mse_loss(outputs_NO.squeeze(1), tensor(targets).to(outputs_NO.device), Reduction.Sum);

        public override string Measure => FinetuningLine.NegativeMeanSquaredError;

        public override double Score(IReadOnlyList<float[]> outputs, IReadOnlyList<LabelledExample> rows) =>
            -outputs.Zip(rows, (output, row) => Math.Pow(output[0] - row.Target, 2)).Average();

        public override string Describe(double score) => string.Create(CultureInfo.InvariantCulture, $"root mean squared error {Math.Sqrt(-score):F4}");
    }
}
