using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Serving;

/// <summary>A saved classification pipeline: one question goes through a prediction engine of a pool, several go through the model together.</summary>
public sealed class Classifier : IDisposable
{
    private readonly MLContext _context = new();
    private readonly ITransformer _model;
    private readonly string[] _classes;
    private readonly ConcurrentBag<PredictionEngine<Row, Prediction>> _engines = [];

    public Classifier(string path)
    {
        _model = _context.Model.Load(path, out _);
        _classes = Classes(_model.GetOutputSchema(_context.Data.LoadFromEnumerable<Row>([]).Schema));
    }

    /// <summary>Classifies texts, in their order.</summary>
    public IReadOnlyList<Verdict> Predict(IReadOnlyList<string> texts) =>
        texts.Count == 1
            ? [PredictAlone(texts[0])]
            : [.. _context.Data.CreateEnumerable<Prediction>(_model.Transform(_context.Data.LoadFromEnumerable(texts.Select(text => new Row { Sentence1 = text }))), reuseRowObject: false).Select(Verdict)];

    public void Dispose()
    {
        foreach (PredictionEngine<Row, Prediction> engine in _engines)
            engine.Dispose();
        (_model as IDisposable)?.Dispose();
    }

    private Verdict PredictAlone(string text)
    {
        // An engine is for one thread at a time, and making one is slow.
        if (!_engines.TryTake(out PredictionEngine<Row, Prediction>? engine))
            engine = _context.Model.CreatePredictionEngine<Row, Prediction>(_model, new PredictionEngineOptions { OwnsTransformer = false });
        try
        {
            return Verdict(engine.Predict(new Row { Sentence1 = text }));
        }
        finally
        {
            _engines.Add(engine);
        }
    }

    private Verdict Verdict(Prediction prediction) =>
        new(_classes[prediction.PredictedLabel - 1], _classes.Zip(prediction.Score).ToDictionary(pair => pair.First, pair => pair.Second));

    private static string[] Classes(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";

        // Pipelines that were fitted with a label column still name it.
        public string Label { get; set; } = "";
    }

    private sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
