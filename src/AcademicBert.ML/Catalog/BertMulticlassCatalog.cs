using AcademicBert.Finetuning;
using AcademicBert.ML.Hosting;

namespace Microsoft.ML;

/// <summary>BERT in <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class BertMulticlassCatalog
{
    /// <summary>
    /// Fine-tunes a pretrained BERT to classify a sentence, or a pair of sentences. Parameters are named and ordered as in
    /// Microsoft.ML.TorchSharp's <c>TextClassification</c>; unlike there, the score is a probability.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Key column of classes.</param>
    /// <param name="scoreColumnName">Column of class probabilities to add, with the class names as slot names.</param>
    /// <param name="outputColumnName">Key column of the most probable class to add.</param>
    /// <param name="sentence1ColumnName">Text column of the sentence, or of the first of a pair.</param>
    /// <param name="sentence2ColumnName">Text column of the second sentence; null: there is none.</param>
    /// <param name="batchSize">Rows of a step.</param>
    /// <param name="maxEpochs">Passes over the rows.</param>
    /// <param name="modelFolder">Model folder to start from; null: the model of <c>BertPretrain</c> or <c>BertEmbed</c> in the same chain.</param>
    /// <param name="validationSet">Rows to choose the best epoch and to calibrate the probabilities by; null: the last epoch is kept.</param>
    public static BertClassificationTrainer BertClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label", string scoreColumnName = "Score",
        string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null,
        int batchSize = 32, int maxEpochs = 5, string? modelFolder = null, IDataView? validationSet = null) =>
        catalog.BertClassification(new BertClassificationOptions
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

    /// <summary>Fine-tunes a pretrained BERT to classify a sentence, or a pair of sentences.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static BertClassificationTrainer BertClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, BertClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new BertClassificationTrainer(catalog.GetHostEnvironment(), options);
    }

    /// <summary>
    /// Fine-tunes a pretrained BERT to label the words of a text, such as with the entities they name. Parameters are named and ordered as in
    /// Microsoft.ML.TorchSharp's <c>NamedEntityRecognition</c>. Adds also <c>Score</c> and <c>Words</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">Column of vectors of keys, one for each word of the text.</param>
    /// <param name="outputColumnName">Column of labels to add, a key for each word.</param>
    /// <param name="sentence1ColumnName">Text column; words are what stands between white space.</param>
    /// <param name="batchSize">Rows of a step.</param>
    /// <param name="maxEpochs">Passes over the rows.</param>
    /// <param name="modelFolder">Model folder to start from; null: the model of <c>BertPretrain</c> or <c>BertEmbed</c> in the same chain.</param>
    /// <param name="validationSet">Rows to choose the best epoch by; null: the last is kept.</param>
    public static BertTokenClassificationTrainer BertTokenClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label", string outputColumnName = "PredictedLabel",
        string sentence1ColumnName = "Sentence", int batchSize = 32, int maxEpochs = 5, string? modelFolder = null, IDataView? validationSet = null) =>
        catalog.BertTokenClassification(new BertTokenClassificationOptions
        {
            LabelColumnName = labelColumnName,
            PredictionColumnName = outputColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            ModelFolder = modelFolder,
            ValidationSet = validationSet,
            Finetuning = new FinetuningOptions { BatchSize = batchSize, Epochs = maxEpochs },
        });

    /// <summary>Fine-tunes a pretrained BERT to label the words of a text.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static BertTokenClassificationTrainer BertTokenClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, BertTokenClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new BertTokenClassificationTrainer(catalog.GetHostEnvironment(), options);
    }
}
