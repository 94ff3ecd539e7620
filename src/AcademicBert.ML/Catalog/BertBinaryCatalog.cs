using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;

namespace Microsoft.ML;

/// <summary>BERT in <c>mlContext.BinaryClassification.Trainers</c>.</summary>
public static class BertBinaryCatalog
{
    /// <summary>Fine-tunes a pretrained BERT to tell whether a sentence, or a pair of sentences, is true; adds the probability in a column "Probability".</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Boolean column.</param>
    /// <param name="scoreColumnName">Column to add: the logit of true less that of false.</param>
    /// <param name="outputColumnName">Boolean column of the prediction to add.</param>
    /// <param name="sentence1ColumnName">Text column of the sentence, or of the first of a pair.</param>
    /// <param name="sentence2ColumnName">Text column of the second sentence; null: there is none.</param>
    /// <param name="batchSize">Rows of a step.</param>
    /// <param name="maxEpochs">Passes over the rows.</param>
    /// <param name="modelFolder">Model folder to start from; null: the model of <c>BertPretrain</c> or <c>BertEmbed</c> in the same chain.</param>
    /// <param name="validationSet">Rows to choose the best epoch and to calibrate the probability by; null: the last epoch is kept.</param>
    public static BertBinaryClassificationTrainer BertBinaryClassification(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, string labelColumnName = "Label", string scoreColumnName = "Score",
        string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null,
        int batchSize = 32, int maxEpochs = 5, string? modelFolder = null, IDataView? validationSet = null) =>
        catalog.BertBinaryClassification(new BertBinaryClassificationOptions
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            PredictionColumnName = outputColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            ModelFolder = modelFolder,
            ValidationSet = validationSet,
            Finetuning = new FinetuningOptions { BatchSize = batchSize, Epochs = maxEpochs },
        });

    /// <summary>Fine-tunes a pretrained BERT to tell whether a sentence, or a pair of sentences, is true.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static BertBinaryClassificationTrainer BertBinaryClassification(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, BertBinaryClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new BertBinaryClassificationTrainer(catalog.GetHostEnvironment(), options);
    }
}
