using AcademicBert.Corpus;
using AcademicBert.Finetuning;
using AcademicBert.Pretraining;
using AcademicBert.Scoring;
using AcademicBert.Tests.Pretraining;
using AcademicBert.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Catalog;

[TestClass]
public sealed class BertPretrainTests
{
    private readonly MLContext _context = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Fit_TextColumn_AddsEmbeddingsAndLogsTheRun()
    {
        var lines = new List<string>();
        _context.Log += (_, line) => lines.Add(line.Message);
        var steps = new List<long>();
        using BertEmbeddingTransformer model = _context.Transforms.Text.BertPretrain(Options(6) with { MetricsCallback = progress => steps.Add(progress.Position.Steps) }).Fit(Documents());
        IDataView embedded = model.Transform(Documents());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 32), embedded.Schema["Embedding"].Type);
        float[][] vectors = [.. embedded.GetColumn<float[]>("Embedding")];
        Assert.HasCount(30, vectors);
        Assert.IsTrue(vectors.All(vector => vector.All(float.IsFinite) && vector.Any(value => value != 0)));
        Assert.Contains(6L, steps);
        string log = string.Join('\n', lines);
        Assert.Contains("Corpus: 30 documents", log);
        Assert.Contains("step 6", log);
        Assert.Contains("held-out loss", log);
    }

    [TestMethod]
    public void FitOfAChain_PretrainThenClassify_UsesTheModelOfTheChain()
    {
        var chain = _context.Transforms.Text.BertPretrain(Options(6) with { InputColumnName = "Sentence1", Source = new TinyText(30) })
            .Append(_context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ModelFolder = null, Finetuning = new FinetuningOptions { LearningRate = 3e-3, BatchSize = 16, Epochs = 8 } }));
        using TransformerChain<BertClassificationTransformer> model = chain.Fit(Row.View(_context, Row.Make(200, 1)));
        Assert.AreEqual(32, model.LastTransformer.Bert.Config.HiddenSize);
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(model.Transform(Row.View(_context, Row.Make(60, 2))));
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void FitOfAChain_TrainTestScope_LeavesThePretrainedModelOutOfTheScoringModel()
    {
        var chain = new EstimatorChain<ITransformer>()
            .Append(_context.Transforms.Text.BertEmbed(TinyBert.Folder, inputColumnName: "Sentence1"), TransformerScope.TrainTest)
            .Append(_context.MulticlassClassification.Trainers.BertClassification(TinyBert.Options with { ModelFolder = null }), TransformerScope.Everything);
        TransformerChain<BertClassificationTransformer> model = chain.Fit(Row.View(_context, Row.Make(20, 1)));
        TransformerChain<ITransformer> scoring = model.GetModelFor(TransformerScope.Scoring);
        Assert.HasCount(1, scoring);
        Assert.IsNotNull(scoring.Transform(Row.View(_context, Row.Make(3, 1))).Schema.GetColumnOrNull("Score"));
    }

    [TestMethod]
    public void Fit_RunFolder_KeepsTheRunAndIsContinued()
    {
        string run = Path.Combine(_folder, "run");
        _context.Transforms.Text.BertPretrain(Options(4) with { RunFolder = run }).Fit(Documents()).Dispose();
        foreach (string name in (string[])["corpus/corpus.json", "options.json", "metrics.jsonl", "model/model.safetensors"])
            Assert.IsTrue(File.Exists(Path.Combine(run, name)), name);
        var steps = new List<long>();
        _context.Transforms.Text.BertPretrain(Options(4) with { RunFolder = run, MetricsCallback = progress => steps.Add(progress.Position.Steps) }).Fit(Documents()).Dispose();
        Assert.IsEmpty(steps, "the run was complete");
        using BertEmbeddingTransformer embed = _context.Transforms.Text.BertEmbed(Path.Combine(run, "model")).Fit(Documents());
        Assert.HasCount(30, embed.Transform(Documents()).GetColumn<float[]>("Embedding"));
    }

    [TestMethod]
    public void Fit_RunFolderOfOtherRows_IsRefused()
    {
        BertPretrainingOptions options = Options(4) with { RunFolder = Path.Combine(_folder, "run") };
        _context.Transforms.Text.BertPretrain(options).Fit(Documents()).Dispose();
        IDataView fewer = _context.Data.TakeRows(Documents(), 20);
        Assert.Contains("prepared from other text", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.Text.BertPretrain(options).Fit(fewer)).Message);
    }

    [TestMethod]
    public void Fit_NoRunFolder_LeavesNoTemporaryFiles()
    {
        // Of its own: the system's has those of other processes too.
        string temporary = Directory.CreateDirectory(Path.Combine(_folder, "temporary")).FullName;
        bool used = false;
        BertPretrainingOptions options = Options(2) with { MetricsCallback = _ => used |= Directory.EnumerateDirectories(temporary, "academicbert-*").Any() };
        new MLContext(1) { TempFilePath = temporary }.Transforms.Text.BertPretrain(options).Fit(Documents()).Dispose();
        Assert.IsTrue(used);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(temporary));
    }

    [TestMethod]
    public void Fit_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        BertPretrainingEstimator estimator = _context.Transforms.Text.BertPretrain(Options(50) with { CancellationToken = stop.Token, MetricsCallback = _ => stop.Cancel() });
        Assert.ThrowsExactly<OperationCanceledException>(() => estimator.Fit(Documents()));
    }

    [TestMethod]
    public void Fit_OwnTokenizer_IsUsed()
    {
        BertWordPieceTokenizer tokenizer = TokenizerFolder.Load(TinyBert.Folder);
        using BertEmbeddingTransformer model = _context.Transforms.Text.BertPretrain(Options(2) with { Tokenizer = tokenizer }).Fit(Documents());
        Assert.AreEqual(tokenizer.Fingerprint, model.Bert.Tokenizer.Fingerprint);
    }

    [TestMethod]
    public void Fit_MissingOrWrongColumn_NamesIt()
    {
        BertPretrainingEstimator missing = _context.Transforms.Text.BertPretrain(Options(2) with { InputColumnName = "Texts" });
        Assert.Contains("'Texts'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => missing.Fit(Documents())).Message);
        IDataView numbers = _context.Data.LoadFromEnumerable([new { Text = 1f }]);
        Assert.Contains("'Text'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Transforms.Text.BertPretrain(Options(2)).Fit(numbers)).Message);
    }

    [TestMethod]
    public void Fit_NoText_SaysSoAndLeavesNothing()
    {
        string run = Path.Combine(_folder, "empty");
        IDataView empty = _context.Data.LoadFromEnumerable(new[] { new Text(" ") });
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => _context.Transforms.Text.BertPretrain(Options(2) with { RunFolder = run }).Fit(empty));
        Assert.Contains("'Text'", error.Message);
        Assert.IsFalse(Directory.Exists(Path.Combine(run, "corpus")));
        Assert.IsFalse(File.Exists(Path.Combine(run, "options.json")));
    }

    [TestMethod]
    public void BertPretrain_BadShortParameter_IsNamed()
    {
        Assert.Contains("soon", Assert.ThrowsExactly<FormatException>(() => _context.Transforms.Text.BertPretrain(budget: "soon")).Message);
        Assert.Contains("BatchSize", Assert.Throws<ArgumentException>(() => _context.Transforms.Text.BertPretrain(batchSize: 0)).Message);
        Assert.Contains("OutputColumnName", Assert.Throws<ArgumentException>(() => _context.Transforms.Text.BertPretrain(outputColumnName: "")).Message);
    }

    [TestMethod]
    public void Fit_TimeBudgetShorterThanOneStep_SaysSoAndLeavesNothing()
    {
        string run = Path.Combine(_folder, "short");
        BertPretrainingOptions options = Options(2);
        options = options with { RunFolder = run, Pretraining = options.Pretraining with { Budget = AcademicBert.Training.TrainingBudget.Time(TimeSpan.FromMicroseconds(1)) } };
        ArgumentException error = Assert.Throws<ArgumentException>(() => _context.Transforms.Text.BertPretrain(options).Fit(Documents()));
        Assert.Contains("shorter than one step", error.Message);
        Assert.IsFalse(File.Exists(Path.Combine(run, "options.json")));
        Assert.IsFalse(Directory.Exists(Path.Combine(run, "model")));
    }

    private static BertPretrainingOptions Options(int steps) => new()
    {
        Pretraining = TinyCorpus.Options(steps),
        Corpus = new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0.1 },
        Vocabulary = new VocabularyTrainerOptions { Size = 201 },
    };

    private IDataView Documents() => _context.Data.LoadFromEnumerable(new TinyText(30).Read().Select(document => new Text(document.Text)).ToArray());

    private sealed class Text(string text)
    {
        [ColumnName("Text")]
        public string Value { get; } = text;
    }
}
