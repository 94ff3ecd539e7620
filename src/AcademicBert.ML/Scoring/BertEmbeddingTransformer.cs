using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

[assembly: ModelPart("BertEmbedding", typeof(BertEmbeddingTransformer), typeof(BertEmbeddingTransformer.Factory))]

namespace AcademicBert.Scoring;

/// <summary>
/// Adds a sentence embedding to each row: the mean of the encoder's last hidden states over the sentence's tokens,
/// a vector of <see cref="BertConfig.HiddenSize"/> numbers. The column carries the model, for trainers further down the same chain.
/// </summary>
public sealed class BertEmbeddingTransformer : BatchTransformer
{
    private readonly TextColumns _columns;
    private readonly string _output;

    internal BertEmbeddingTransformer(IHostEnvironment environment, PretrainedBert bert, string outputColumnName, string inputColumnName)
        : base(environment, nameof(BertEmbeddingTransformer))
    {
        Bert = bert;
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
        _columns, input, inputs => BatchedInference.Run(inputs, Bert.Model, Bert.Tokenizer.Vocabulary.PadId, MeanOfTokens),
        (scorer, _, row) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(scorer.Results[row()], ref value)));

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", new Stored(_columns.First, _output));
        BertEntries.Save(writer, Bert);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Bert.Dispose();

    private Tensor MeanOfTokens(EncoderInput input)
    {
        Tensor hidden_BSH = Bert.Model.Encode(input);
        if (input.Lengths is null)
            return hidden_BSH.mean([1]);
        Tensor real_BS1 = arange(hidden_BSH.shape[1], device: hidden_BSH.device).unsqueeze(0).lt(input.Lengths.unsqueeze(1)).unsqueeze(2).to(float32);
        return (hidden_BSH * real_BS1).sum(1) / real_BS1.sum(1);
    }

    private static void Copy(float[] vector, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, vector.Length);
        vector.CopyTo(editor.Values);
        value = editor.Commit();
    }

    private sealed record Stored(string Input, string Output);

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader)
        {
            Stored stored = reader.ReadJson<Stored>("columns");
            return new BertEmbeddingTransformer(environment, BertEntries.Load(reader, environment.GetTemporaryFolder()), stored.Output, stored.Input);
        }
    }
}
