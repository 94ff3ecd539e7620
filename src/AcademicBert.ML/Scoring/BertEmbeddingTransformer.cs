using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertEmbedding", typeof(BertEmbeddingTransformer), typeof(BertEmbeddingTransformer.Factory))]

namespace AcademicBert.Scoring;

/// <summary>
/// Adds a sentence embedding to each row, by default the mean of the encoder's last hidden states over the sentence's tokens:
/// a vector of <see cref="BertConfig.HiddenSize"/> numbers. The column carries the model, for trainers further down the same chain.
/// </summary>
public sealed class BertEmbeddingTransformer : BatchTransformer
{
    private readonly TextColumns _columns;
    private readonly string _output;

    private readonly EmbeddingPooling _pooling;
    private readonly bool _normalize;

    internal BertEmbeddingTransformer(
        IHostEnvironment environment, PretrainedBert bert, string outputColumnName, string inputColumnName, EmbeddingPooling pooling = EmbeddingPooling.Mean, bool normalize = false)
        : base(environment, nameof(BertEmbeddingTransformer))
    {
        Pooling.Require(pooling, bert.Model);
        (Bert, _pooling, _normalize) = (bert, pooling, normalize);
        _output = outputColumnName;
        _columns = new TextColumns(inputColumnName, null, bert.Tokenizer, bert.Config.MaxPositions);
    }

    /// <summary>The model; disposed with this transformer.</summary>
    public PretrainedBert Bert { get; }

    /// <inheritdoc/>
    protected override int BatchSize => 128;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => _columns.Names;

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        _columns.Require(input);
        var annotations = new DataViewSchema.Annotations.Builder();
        ObjectAnnotation<PretrainedBert>.Add(annotations, Bert);
        return [new(_output, new VectorDataViewType(NumberDataViewType.Single, Bert.Config.HiddenSize), annotations.ToAnnotations())];
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new TextScorer(
        _columns, input, inputs => BatchedInference.Run(inputs, Bert.Model, Bert.Tokenizer.Vocabulary.PadId, input => Pooling.Of(Bert.Model, input, _pooling, _normalize)),
        (scorer, _, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(scorer.Results[row()], ref value)));

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", new Stored(_columns.First, _output, _pooling, _normalize));
        BertEntries.Save(writer, Bert);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Bert.Dispose();

    private static void Copy(float[] vector, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, vector.Length);
        vector.CopyTo(editor.Values);
        value = editor.Commit();
    }

    private sealed record Stored(string Input, string Output, EmbeddingPooling Pooling = EmbeddingPooling.Mean, bool Normalize = false);

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader)
        {
            Stored stored = reader.ReadJson<Stored>("columns");
            TextColumns.RequireNames(stored.Input, stored.Output);
            return new BertEmbeddingTransformer(environment, BertEntries.Load(reader, environment.GetTemporaryFolder()), stored.Output, stored.Input, stored.Pooling, stored.Normalize);
        }
    }
}
