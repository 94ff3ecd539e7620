using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Scoring;
using AcademicBert.Training;

namespace Microsoft.ML;

/// <summary>BERT in <c>mlContext.Transforms.Text</c>.</summary>
public static class BertTextCatalog
{
    /// <summary>
    /// Pretrains BERT on a text column within a budget, with the paper's recipe on a small model. The fitted transformer adds the
    /// mean of the last hidden states as a sentence embedding, a vector of floats, and hands the model to trainers further down the same chain.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">Column of embeddings to add.</param>
    /// <param name="inputColumnName">Column of text; each row is a document.</param>
    /// <param name="budget">How long to train: "2m", "24h", "500 steps", "1e6 samples". Default 24 hours (the paper).</param>
    /// <param name="model">Shape of the model; null: 4 layers of width 256.</param>
    /// <param name="batchSize">Samples of an optimizer step.</param>
    /// <param name="learningRate">Highest learning rate.</param>
    /// <param name="runFolder">Where checkpoints, metrics and the model go, and where a run is continued; null: nothing is kept.</param>
    /// <exception cref="FormatException">The budget cannot be read.</exception>
    public static BertPretrainingEstimator BertPretrain(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName = "Embedding", string inputColumnName = "Text", string budget = "24h",
        BertConfig? model = null, int batchSize = 4096, double learningRate = 1e-3, string? runFolder = null)
    {
        var pretraining = new PretrainingOptions { Budget = TrainingBudget.Parse(budget), BatchSize = batchSize };
        pretraining = pretraining with { Model = model ?? pretraining.Model, Schedule = pretraining.Schedule with { Peak = learningRate } };
        return catalog.BertPretrain(new BertPretrainingOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Pretraining = pretraining,
            RunFolder = runFolder,
        });
    }

    /// <summary>Pretrains BERT on a text column, or on the documents the options name.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static BertPretrainingEstimator BertPretrain(this TransformsCatalog.TextTransforms catalog, BertPretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new BertPretrainingEstimator(catalog.GetHostEnvironment(), options);
    }

    /// <summary>Adds sentence embeddings of a pretrained model, and hands the model to trainers further down the same chain.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">A model folder, ours or Hugging Face's (<c>bert</c>, <c>megatron-bert</c>).</param>
    /// <param name="outputColumnName">Column of embeddings to add.</param>
    /// <param name="inputColumnName">Column of text.</param>
    public static BertEmbeddingEstimator BertEmbed(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string outputColumnName = "Embedding", string inputColumnName = "Text")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertEmbeddingEstimator(catalog.GetHostEnvironment(), modelFolder, outputColumnName, inputColumnName);
    }
}
