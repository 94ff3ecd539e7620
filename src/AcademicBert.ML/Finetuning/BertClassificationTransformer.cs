using System.Numerics.Tensors;
using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertClassification", typeof(BertClassificationTransformer), typeof(BertClassificationTransformer.Factory))]

namespace AcademicBert.Finetuning;

/// <summary>Adds the probability of each class and the most probable class to rows of text.</summary>
public sealed class BertClassificationTransformer : FinetunedBertTransformer
{
    private const string LabelsEntry = "labels";

    private readonly LabelKeys _labels;

    internal BertClassificationTransformer(IHostEnvironment environment, FinetunedBert fitted, LabelKeys labels)
        : base(environment, nameof(BertClassificationTransformer), fitted, labels.Count)
    {
        TextColumns.RequireNames(Names.PredictedLabel);
        _labels = labels;
    }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes => _labels.Names;

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        _labels.Save(writer, LabelsEntry);
        base.Save(writer);
    }

    private protected override DataViewSchema.DetachedColumn[] AddedColumns(DataViewSchema input) => ScoreColumns.Multiclass(input, _labels, Names.PredictedLabel!, Names.Score);

    private protected override void Finish(Span<float> outputs) => TensorPrimitives.SoftMax(outputs, outputs);

    private protected override Delegate MakeGetter(TextScorer scorer, int column, Func<int> row) => column == 0
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
        public ITransformer Load(IHostEnvironment environment, ModelReader reader) =>
            new BertClassificationTransformer(environment, FinetunedBert.Load(environment, reader), LabelKeys.Load(reader, LabelsEntry));
    }
}
