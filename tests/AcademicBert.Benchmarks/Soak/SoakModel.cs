using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Benchmarks.Score;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>A small classifier of SST-2 as users of ML.NET build one: from text to the name of the class.</summary>
internal sealed class SoakModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-soak-").FullName;

    public SoakModel(SoakSettings settings)
    {
        var tokenizer = BertWordPieceTokenizer.Create(Vocabulary.Load(settings.Vocabulary));
        var config = new BertConfig { VocabularySize = tokenizer.Vocabulary.Count, HiddenSize = 32, Layers = 2, Heads = 2, IntermediateSize = 64, MaxPositions = 32 };
        using PretrainedBert bert = PretrainedBert.CreateUntrained(config, tokenizer);
        bert.Save(ModelFolder);
    }

    /// <summary>Where a fitted pipeline may be saved.</summary>
    public string File => Path.Combine(_folder, "fitted.zip");

    private string ModelFolder => Path.Combine(_folder, "model");

    /// <summary>Rows of SST-2.</summary>
    public static TextRow[] Rows(SoakSettings settings, string split, int count) => [.. GlueRows.Read(settings.Data, "SST-2", split, count).Select(EngineScorer.Row)];

    /// <summary>Fits the pipeline.</summary>
    public ITransformer Fit(MLContext context, IEnumerable<TextRow> rows) =>
        context.Transforms.Conversion.MapValueToKey(nameof(TextRow.Label))
            .Append(context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions
            {
                ModelFolder = ModelFolder, Finetuning = new FinetuningOptions { LearningRate = 1e-3, Epochs = 1, BatchSize = 16 },
            }))
            .Append(context.Transforms.Conversion.MapKeyToValue(nameof(Answer.PredictedLabel)))
            .Fit(context.Data.LoadFromEnumerable(rows));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What is read of a scored row.</summary>
    internal sealed class Answer
    {
        public float[] Score { get; set; } = [];

        public string PredictedLabel { get; set; } = "";

        /// <summary>Whether it is another's, bit for bit.</summary>
        public bool Is(Answer other) => PredictedLabel == other.PredictedLabel && Score.Select(BitConverter.SingleToInt32Bits).SequenceEqual(other.Score.Select(BitConverter.SingleToInt32Bits));
    }
}
