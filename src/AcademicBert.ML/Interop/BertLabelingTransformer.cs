using System.Numerics.Tensors;
using AcademicBert.Interop;
using AcademicBert.Interop.Onnx;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertLabeling", typeof(BertLabelingTransformer), typeof(BertLabelingTransformer.Factory))]

namespace AcademicBert.Interop;

/// <summary>Adds the probability of each class and the most probable class to rows with the column <c>logits</c>.</summary>
public sealed class BertLabelingTransformer : BatchTransformer
{
    private readonly LabelKeys _labels;
    private readonly string _predictedLabel, _score;

    internal BertLabelingTransformer(IHostEnvironment environment, LabelKeys labels, string predictedLabelColumnName, string scoreColumnName)
        : base(environment, nameof(BertLabelingTransformer)) => (_labels, _predictedLabel, _score) = (labels, predictedLabelColumnName, scoreColumnName);

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes => _labels.Names;

    /// <inheritdoc/>
    protected override int BatchSize => 64;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => [OnnxNames.Logits];

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        DataViewSchema.Column logits = SchemaChecks.Require(input, OnnxNames.Logits);
        if (logits.Type is not VectorDataViewType { ItemType: NumberDataViewType item, Size: var size } || item != NumberDataViewType.Single || (size != 0 && size != _labels.Count))
            throw new ArgumentOutOfRangeException(nameof(input), $"Column '{logits.Name}' must be a vector of {_labels.Count} floats; it is {logits.Type}.");
        return ScoreColumns.Multiclass(input, _labels, _predictedLabel, _score);
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new Scorer(input, _labels.Count);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", new Stored(_predictedLabel, _score));
        _labels.Save(writer, "labels");
    }

    private sealed record Stored(string PredictedLabel, string Score);

    private sealed class Scorer(DataViewRow input, int classes) : IBatchScorer
    {
        private readonly ValueGetter<VBuffer<float>> _read = input.GetGetter<VBuffer<float>>(input.Schema[OnnxNames.Logits]);
        private readonly List<float[]> _rows = [];
        private VBuffer<float> _logits;

        public void Clear() => _rows.Clear();

        public void Add()
        {
            _read(ref _logits);
            if (_logits.Length != classes)
                throw new InvalidDataException($"A row has {_logits.Length} logits, there are {classes} classes.");
            _rows.Add([.. _logits.DenseValues()]);
        }

        public void Score()
        {
            foreach (float[] row in _rows)
                TensorPrimitives.SoftMax(row, row);
        }

        public Delegate MakeGetter(int output, Func<int> row) => output == 0
            ? (ValueGetter<uint>)((ref uint value) => value = (uint)TensorPrimitives.IndexOfMax(_rows[row()]) + 1)
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, classes);
                _rows[row()].CopyTo(editor.Values);
                value = editor.Commit();
            });

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader)
        {
            Stored stored = reader.ReadJson<Stored>("columns");
            TextColumns.RequireNames(stored.PredictedLabel, stored.Score);
            return new BertLabelingTransformer(environment, LabelKeys.Load(reader, "labels"), stored.PredictedLabel, stored.Score);
        }
    }
}
