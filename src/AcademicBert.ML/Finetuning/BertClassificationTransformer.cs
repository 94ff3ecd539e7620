using System.Numerics.Tensors;
using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertClassification", typeof(BertClassificationTransformer), typeof(BertClassificationTransformer.Factory))]

namespace AcademicBert.Finetuning;

/// <summary>Names and sizes a fitted classifier needs.</summary>
internal sealed record BertClassificationColumns(string Sentence1, string? Sentence2, string PredictedLabel, string Score, int MaxLength, int BatchSize)
{
    public static BertClassificationColumns Of(BertClassificationOptions options, int maxLength) => new(
        options.Sentence1ColumnName, options.Sentence2ColumnName, options.PredictionColumnName, options.ScoreColumnName, maxLength, options.ScoringBatchSize);
}

/// <summary>Adds the probability of each class and the most probable class to rows of text.</summary>
public sealed class BertClassificationTransformer : BatchTransformer
{
    private readonly BertClassificationColumns _columns;
    private readonly TextColumns _text;
    private readonly LabelKeys _labels;

    internal BertClassificationTransformer(IHostEnvironment environment, PretrainedBert bert, BertClassificationColumns columns, LabelKeys labels)
        : base(environment, nameof(BertClassificationTransformer))
    {
        if (bert.Model.Head != HeadSpec.Classifier(labels.Count))
            throw new InvalidDataException($"The model has the head {bert.Model.Head}, but there are {labels.Count} classes.");
        (Bert, _columns, _labels) = (bert, columns, labels);
        _text = new TextColumns(columns.Sentence1, columns.Sentence2, bert.Tokenizer, columns.MaxLength);
    }

    /// <summary>The fine-tuned model; disposed with this transformer.</summary>
    public PretrainedBert Bert { get; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes => _labels.Names;

    /// <inheritdoc/>
    protected override int BatchSize => _columns.BatchSize;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => _text.Names;

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        _text.Require(input);
        return ScoreColumns.Multiclass(input, _labels, _columns.PredictedLabel, _columns.Score);
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new TextScorer(_text, input, Probabilities, MakeGetter);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", _columns);
        _labels.Save(writer, "labels");
        BertEntries.Save(writer, Bert);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Bert.Dispose();

    private float[][] Probabilities(IReadOnlyList<EncodedInput> inputs)
    {
        float[][] logits = Finetuner.Outputs(Bert.Model, inputs, Bert.Tokenizer.Vocabulary.PadId);
        foreach (float[] row in logits)
            TensorPrimitives.SoftMax(row, row);
        return logits;
    }

    private static Delegate MakeGetter(TextScorer scorer, int output, Func<int> row) => output == 0
        ? (ValueGetter<uint>)((ref uint value) => value = (uint)TensorPrimitives.IndexOfMax(scorer.Results[row()]) + 1)
        : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            float[] probabilities = scorer.Results[row()];
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, probabilities.Length);
            probabilities.CopyTo(editor.Values);
            value = editor.Commit();
        });

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader) => new BertClassificationTransformer(
            environment, BertEntries.Load(reader, environment.GetTemporaryFolder()), reader.ReadJson<BertClassificationColumns>("columns"), LabelKeys.Load(reader, "labels"));
    }
}
