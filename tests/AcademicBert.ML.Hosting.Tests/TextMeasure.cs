using AcademicBert.ML.Hosting;
using AcademicBert.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("TextMeasure", typeof(TextMeasure), typeof(TextMeasureFactory))]

namespace AcademicBert.Tests.Hosting;

internal sealed class Document
{
    public string Text { get; set; } = "";
    public float Number { get; set; }
}

internal sealed class Measured
{
    public float Length { get; set; }
    public float[] Halves { get; set; } = [];
}

/// <summary>A transformer with nothing to hide: the scaled length of a text, and half of it twice. It counts what it is asked to do.</summary>
internal sealed class TextMeasure(IHostEnvironment environment, float scale, int batchSize = 4) : BatchTransformer(environment, nameof(TextMeasure))
{
    public List<int> Batches { get; } = [];

    public int OpenScorers { get; private set; }

    public bool IsDisposed { get; private set; }

    protected override int BatchSize => batchSize;

    protected override int MaxCursors => 3;

    protected override IReadOnlyList<string> InputColumns => ["Text"];

    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        SchemaChecks.RequireText(input, "Text");
        var annotations = new DataViewSchema.Annotations.Builder();
        ObjectAnnotation<TextMeasure>.Add(annotations, this);
        return [new("Length", NumberDataViewType.Single, annotations.ToAnnotations()), new("Halves", new VectorDataViewType(NumberDataViewType.Single, 2))];
    }

    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity)
    {
        OpenScorers++;
        return new Scorer(this, input);
    }

    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("settings", new Settings(scale, batchSize));
        writer.WriteEntry("weights", stream => stream.Write([1, 2, 3]));
    }

    protected override void Dispose(bool disposing) => IsDisposed = true;

    internal sealed record Settings(float Scale, int BatchSize);

    private sealed class Scorer(TextMeasure parent, DataViewRow input) : IBatchScorer
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _text = input.GetGetter<ReadOnlyMemory<char>>(input.Schema["Text"]);
        private readonly List<int> _lengths = [];
        private float[] _scores = [];

        public void Clear() => _lengths.Clear();

        public void Add()
        {
            ReadOnlyMemory<char> text = default;
            _text(ref text);
            _lengths.Add(text.Length);
        }

        public void Score()
        {
            lock (parent.Batches)
                parent.Batches.Add(_lengths.Count);
            _scores = [.. _lengths.Select(length => length * parent.Scale)];
        }

        public Delegate MakeGetter(int output, Func<int> row) => output == 0
            ? (ValueGetter<float>)((ref float value) => value = _scores[row()])
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => value = new VBuffer<float>(2, [_scores[row()] / 2, _scores[row()] / 2]));

        public void Dispose() => parent.OpenScorers--;
    }

    private float Scale => scale;
}

internal sealed class TextMeasureFactory : IModelPartFactory
{
    public ITransformer Load(IHostEnvironment environment, ModelReader reader)
    {
        TextMeasure.Settings settings = reader.ReadJson<TextMeasure.Settings>("settings");
        byte[] weights = [];
        Assert.IsTrue(reader.TryReadEntry("weights", stream =>
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            weights = copy.ToArray();
        }));
        Assert.AreSequenceEqual<byte>([1, 2, 3], weights);
        return new TextMeasure(environment, settings.Scale, settings.BatchSize);
    }
}
