using AcademicBert.Finetuning;
using AcademicBert.Quickstart.Documentation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Quickstart;

/// <summary>The ML.NET pipeline that learns namespace families from labelled summaries.</summary>
internal sealed class Classifier(MLContext context)
{
    private const int Epochs = 12;
    private const int BatchSize = 16;

    /// <summary>Fine-tunes a model.</summary>
    /// <param name="rows">Labelled rows.</param>
    /// <param name="modelFolder">The model to start from.</param>
    /// <param name="learningRate">Highest learning rate.</param>
    /// <param name="seed">Seed of the new head and of the order of the rows.</param>
    public TransformerChain<ITransformer> Fit(IReadOnlyList<LabelledSummary> rows, string modelFolder, double learningRate, ulong seed)
    {
        IEstimator<ITransformer> trainer = context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions
        {
            LabelColumnName = "Key",
            Sentence1ColumnName = nameof(LabelledSummary.Text),
            ModelFolder = modelFolder,
            Finetuning = new FinetuningOptions { LearningRate = learningRate, Epochs = Epochs, BatchSize = BatchSize, Seed = seed, Dropout = 0.1 },
        });
        return context.Transforms.Conversion.MapValueToKey("Key", nameof(LabelledSummary.Label))
            .Append(trainer)
            .Append((IEstimator<ITransformer>)context.Transforms.Conversion.MapKeyToValue(nameof(Prediction.Family), "PredictedLabel"))
            .Fit(context.Data.LoadFromEnumerable(rows));
    }

    /// <summary>Share of the rows whose family is found.</summary>
    public double Accuracy(ITransformer model, IReadOnlyList<LabelledSummary> rows) =>
        context.MulticlassClassification.Evaluate(model.Transform(context.Data.LoadFromEnumerable(rows)), labelColumnName: "Key").MicroAccuracy;

    /// <summary>What the pipeline says of a summary.</summary>
    internal sealed class Prediction
    {
        /// <summary>The most probable family.</summary>
        public string Family { get; set; } = "";

        /// <summary>The probability of each family.</summary>
        public float[] Score { get; set; } = [];
    }
}
