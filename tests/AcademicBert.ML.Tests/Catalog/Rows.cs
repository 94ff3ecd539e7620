using AcademicBert.Tests.Pretraining;
using Microsoft.ML;

namespace AcademicBert.Tests.Catalog;

/// <summary>A labelled row; the label says who does what the first sentence says.</summary>
internal sealed class Row
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public string Label { get; set; } = "";

    /// <summary>Rows in random order, of all classes.</summary>
    public static Row[] Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int kind = random.Next(TinyText.Subjects.Length);
            return new Row
            {
                Sentence1 = $"{TinyText.Actions[kind]} {TinyText.Times[random.Next(TinyText.Times.Length)]}",
                Sentence2 = TinyText.Times[random.Next(TinyText.Times.Length)],
                Label = TinyText.Subjects[kind],
            };
        })];
    }

    /// <summary>The rows as a view, with the label as a key.</summary>
    public static IDataView View(MLContext context, IEnumerable<Row> rows)
    {
        IDataView view = context.Data.LoadFromEnumerable(rows);
        IDataView keys = context.Data.LoadFromEnumerable(TinyText.Subjects.Select(subject => new KeyRow { Label = subject }));
        return context.Transforms.Conversion.MapValueToKey("Label", keyData: keys).Fit(view).Transform(view);
    }

    private sealed class KeyRow
    {
        public string Label { get; set; } = "";
    }
}

/// <summary>What a classifier says of a row.</summary>
internal sealed class Prediction
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}
