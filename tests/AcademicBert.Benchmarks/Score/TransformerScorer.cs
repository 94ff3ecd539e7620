using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Benchmarks.Score;

/// <summary>A fitted ML.NET transformer: <c>Transform</c> over a view of the rows, the score column read to the end.</summary>
internal sealed class TransformerScorer(string name, string key, MLContext context, ITransformer transformer, bool vector = true) : IScorer
{
    public string Name => name;

    public string Key => key;

    /// <summary>Ours, trained on a few rows of a task: how fast it scores does not depend on what it has learnt.</summary>
    public static TransformerScorer Ours(MLContext context, string modelFolder, ClassifierSettings settings, IReadOnlyList<GlueRow> rows, ComputePrecision precision)
    {
        BertClassificationTrainer trainer = context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions
        {
            ModelFolder = modelFolder,
            Sentence2ColumnName = rows[0].Second is null ? null : nameof(TextRow.Sentence2),
            ScoringPrecision = precision,
            Finetuning = new FinetuningOptions { Epochs = 1, MaxLength = settings.Length },
        });
        (string name, string key) = precision == ComputePrecision.Float32 ? ("fp32", "") : ("bf16", "bFloat16");
        return new TransformerScorer($"ours: Transform, {name}", key, context, trainer.Fit(Labelled(context, rows.Take(32))));
    }

    /// <summary>Rows with their label as a key.</summary>
    public static IDataView Labelled(MLContext context, IEnumerable<GlueRow> rows)
    {
        IDataView view = View(context, rows);
        return context.Transforms.Conversion.MapValueToKey(nameof(TextRow.Label)).Fit(view).Transform(view);
    }

    public void Score(IReadOnlyList<GlueRow> rows)
    {
        IDataView scored = transformer.Transform(View(context, rows));
        int read = vector ? scored.GetColumn<float[]>(nameof(TextScore.Score)).Count() : scored.GetColumn<float>(nameof(TextScore.Score)).Count();
        if (read != rows.Count)
            throw new InvalidOperationException($"{Name} scored {read} of {rows.Count} rows.");
    }

    /// <summary>The same transformer behind a prediction engine.</summary>
    public EngineScorer Engine() => new(context.Model.CreatePredictionEngine<TextRow, TextScore>(transformer, new PredictionEngineOptions { OwnsTransformer = false }));

    public void Dispose() => (transformer as IDisposable)?.Dispose();

    private static IDataView View(MLContext context, IEnumerable<GlueRow> rows) =>
        context.Data.LoadFromEnumerable(rows.Select(EngineScorer.Row));
}
