using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;

namespace Microsoft.ML;

/// <summary>BERT in <c>mlContext.Regression.Trainers</c>.</summary>
public static class BertRegressionCatalog
{
    /// <summary>
    /// Fine-tunes a pretrained BERT to give a number, such as how similar two sentences are. Parameters are named and ordered as in
    /// Microsoft.ML.TorchSharp's <c>SentenceSimilarity</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Column of numbers, single precision.</param>
    /// <param name="scoreColumnName">Column of the predicted number to add.</param>
    /// <param name="sentence1ColumnName">Text column of the sentence, or of the first of a pair.</param>
    /// <param name="sentence2ColumnName">Text column of the second sentence; null: there is none.</param>
    /// <param name="batchSize">Rows of a step.</param>
    /// <param name="maxEpochs">Passes over the rows.</param>
    /// <param name="modelFolder">Model folder to start from; null: the model of <c>BertPretrain</c> or <c>BertEmbed</c> in the same chain.</param>
    /// <param name="validationSet">Rows to choose the best epoch by; null: the last is kept.</param>
    public static BertRegressionTrainer BertRegression(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = "Label", string scoreColumnName = "Score",
        string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = "Sentence2",
        int batchSize = 32, int maxEpochs = 5, string? modelFolder = null, IDataView? validationSet = null) =>
        catalog.BertRegression(new BertRegressionOptions
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            ModelFolder = modelFolder,
            ValidationSet = validationSet,
            Finetuning = new FinetuningOptions { BatchSize = batchSize, Epochs = maxEpochs },
        });

    /// <summary>Fine-tunes a pretrained BERT to give a number for a sentence, or a pair of sentences.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static BertRegressionTrainer BertRegression(this RegressionCatalog.RegressionTrainers catalog, BertRegressionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new BertRegressionTrainer(catalog.GetHostEnvironment(), options);
    }
}
