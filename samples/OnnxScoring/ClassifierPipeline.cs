using AcademicBert.Interop;
using Microsoft.ML;

namespace AcademicBert.OnnxScoring;

/// <summary>A sentence to classify.</summary>
internal sealed class Sentence
{
    public string Sentence1 { get; set; } = "";
}

/// <summary>Its class and the probability of each class.</summary>
internal sealed class Answer
{
    public string Label { get; set; } = "";

    public float[] Score { get; set; } = [];
}

/// <summary>Text to label: tokenize, run the network, name the class.</summary>
internal sealed class ClassifierPipeline : IDisposable
{
    private const int Length = 32;

    private readonly MLContext _context;
    private readonly ITransformer _fitted;
    private readonly DataViewSchema _schema;

    private ClassifierPipeline(MLContext context, ITransformer fitted, DataViewSchema schema) => (_context, _fitted, _schema) = (context, fitted, schema);

    public static ClassifierPipeline Create(MLContext context, string folder)
    {
        IDataView rows = context.Data.LoadFromEnumerable<Sentence>([]);
        // The runtime of ML.NET scores row by row and wants to know every size.
        var shapes = new Dictionary<string, int[]> { ["input_ids"] = [1, Length], ["attention_mask"] = [1, Length], ["token_type_ids"] = [1, Length] };
        var pipeline = context.Transforms.Text.BertTokenize(folder, length: Length)
            .Append(context.Transforms.ApplyOnnxModel(
                ["logits"], ["input_ids", "attention_mask", "token_type_ids"], Path.Combine(folder, OnnxFolder.ModelFile), shapeDictionary: shapes, gpuDeviceId: null, fallbackToCpu: false, recursionLimit: 100))
            .Append(context.Transforms.Text.BertLabel(folder))
            .Append(context.Transforms.Conversion.MapKeyToValue("Label", "PredictedLabel"));
        return new ClassifierPipeline(context, pipeline.Fit(rows), rows.Schema);
    }

    public void Save(string path) => _context.Model.Save(_fitted, _schema, path);

    public void Dispose() => (_fitted as IDisposable)?.Dispose();
}
