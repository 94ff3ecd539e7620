using AcademicBert.Finetuning;
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
    /// <param name="pooling">How one vector is made of the tokens.</param>
    /// <param name="normalize">Whether vectors get length 1, so that their dot product is the cosine similarity.</param>
    public static BertEmbeddingEstimator BertEmbed(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string outputColumnName = "Embedding", string inputColumnName = "Text",
        EmbeddingPooling pooling = EmbeddingPooling.Mean, bool normalize = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertEmbeddingEstimator(catalog.GetHostEnvironment(), modelFolder, outputColumnName, inputColumnName, pooling, normalize);
    }

    /// <summary>
    /// Predicts the words that [MASK] stands for. Adds three columns: the text with the most probable words in the place of [MASK], of which those beyond the longest input stay, and, named with
    /// "Words" and "Probabilities" at the end, the best words for each [MASK] and how probable they are.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">A model folder with a masked-language-model head, ours or Hugging Face's.</param>
    /// <param name="outputColumnName">Column of filled text to add.</param>
    /// <param name="inputColumnName">Column of text.</param>
    /// <param name="count">Words to give for each [MASK].</param>
    public static BertFillMaskEstimator BertFillMask(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string outputColumnName = "Filled", string inputColumnName = "Text", int count = 5)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertFillMaskEstimator(catalog.GetHostEnvironment(), modelFolder, new BertFillMaskColumns(inputColumnName, outputColumnName, count));
    }

    /// <summary>
    /// Classifies sentences, or pairs of sentences, with a model that is trained for it already: a folder that was exported, or Hugging Face's
    /// <c>BertForSequenceClassification</c>. Adds what <c>MulticlassClassification.Trainers.BertClassification</c> adds.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">A model folder with a classifier of two or more classes.</param>
    /// <param name="sentence1ColumnName">Text column of the sentence, or of the first of a pair.</param>
    /// <param name="sentence2ColumnName">Text column of the second sentence; null: there is none.</param>
    /// <param name="outputColumnName">Key column of the most probable class to add.</param>
    /// <param name="scoreColumnName">Column of class probabilities to add, with the class names as slot names.</param>
    /// <param name="batchSize">Rows read ahead and scored together, neighbours in length in one batch.</param>
    /// <param name="precision">Type of matrix products.</param>
    /// <param name="maxLength">Tokens of the longest input; longer ones are truncated. 0: as many as the model has trained positions.</param>
    public static BertClassificationEstimator BertClassification(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null,
        string outputColumnName = "PredictedLabel", string scoreColumnName = "Score", int batchSize = 256, ComputePrecision precision = ComputePrecision.Float32, int maxLength = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertClassificationEstimator(
            catalog.GetHostEnvironment(), modelFolder, new ScoringColumns(sentence1ColumnName, sentence2ColumnName, scoreColumnName, outputColumnName, null, maxLength, batchSize, precision));
    }

    /// <summary>
    /// Gives a number for sentences, or pairs of sentences, with a model that is trained for it already, such as how similar the two are. Adds what
    /// <c>Regression.Trainers.BertRegression</c> adds.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">A model folder with a classifier of one output.</param>
    /// <param name="sentence1ColumnName">Text column of the sentence, or of the first of a pair.</param>
    /// <param name="sentence2ColumnName">Text column of the second sentence; null: there is none.</param>
    /// <param name="scoreColumnName">Column of the number to add.</param>
    /// <param name="batchSize">Rows read ahead and scored together, neighbours in length in one batch.</param>
    /// <param name="precision">Type of matrix products.</param>
    /// <param name="maxLength">Tokens of the longest input; longer ones are truncated. 0: as many as the model has trained positions.</param>
    public static BertRegressionEstimator BertRegression(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null,
        string scoreColumnName = "Score", int batchSize = 256, ComputePrecision precision = ComputePrecision.Float32, int maxLength = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertRegressionEstimator(
            catalog.GetHostEnvironment(), modelFolder, new ScoringColumns(sentence1ColumnName, sentence2ColumnName, scoreColumnName, null, null, maxLength, batchSize, precision));
    }

    /// <summary>
    /// Labels the words of a text with a model that is trained for it already, such as one that names entities (Hugging Face's
    /// <c>BertForTokenClassification</c>). Adds a key, a probability and the word itself for every word.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">A model folder with a token classifier.</param>
    /// <param name="sentenceColumnName">Column of text; words are what stands between white space.</param>
    /// <param name="outputColumnName">Column of labels to add, a key for each word.</param>
    /// <param name="scoreColumnName">Column of the labels' probabilities to add.</param>
    /// <param name="wordsColumnName">Column of words to add.</param>
    public static BertTokenClassificationEstimator BertTokenClassification(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string sentenceColumnName = "Sentence", string outputColumnName = "PredictedLabel",
        string scoreColumnName = "Score", string wordsColumnName = "Words")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertTokenClassificationEstimator(catalog.GetHostEnvironment(), modelFolder, new BertTokenClassificationColumns(sentenceColumnName, outputColumnName, scoreColumnName, wordsColumnName));
    }
}
