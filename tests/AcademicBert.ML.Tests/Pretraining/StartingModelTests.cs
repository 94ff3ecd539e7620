using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class StartingModelTests
{
    private static TinyCorpus s_tiny = null!;
    private static string s_model = "";

    [ClassInitialize]
    public static void Pretrain(TestContext context)
    {
        s_tiny = new TinyCorpus();
        using PretrainingResult result = Pretrainer.Run(TinyCorpus.Options(120), s_tiny.Corpus, Path.Combine(s_tiny.Folder, "first"));
        s_model = Path.Combine(s_tiny.Folder, "first", "model");
    }

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Run_FromAModel_BeginsWithItsLossAndGoesOn()
    {
        var progress = new RecordedProgress();
        using PretrainingResult first = Pretrainer.Run(TinyCorpus.Options(120), s_tiny.Corpus, Path.Combine(s_tiny.Folder, "first"));
        using PretrainingResult second = Pretrainer.Run(Further(60), s_tiny.Corpus, progress: progress);
        double end = first.Validation!.Value.Loss;
        Assert.IsLessThan(1.5 * end, progress.Steps.First().Loss, "a network that knows what the first run learnt");
        Assert.IsLessThan(end, second.Validation!.Value.Loss);
        Assert.AreEqual(32, second.Model.Config.HiddenSize, "the network is that of the folder, not the default");
    }

    [TestMethod]
    public void Run_FromAModelStoppedAndStartedAgain_ContinuesBitForBit()
    {
        PretrainingOptions options = Further(10) with { CheckpointEvery = TrainingBudget.Steps(3) };
        using PretrainingResult expected = Pretrainer.Run(options, s_tiny.Corpus);
        string folder = Path.Combine(s_tiny.Folder, "second");
        using var stop = new CancellationTokenSource();
        var progress = new RecordedProgress(step => { if (step.Position.Steps == 7) stop.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(options, s_tiny.Corpus, folder, progress, cancellationToken: stop.Token));
        using PretrainingResult actual = Pretrainer.Run(options, s_tiny.Corpus, folder);
        foreach (ParameterSlot slot in expected.Model.Model.Parameters.Slots)
            Assert.AreSequenceEqual(expected.Model.Model.Parameters.ToArray(slot), actual.Model.Model.Parameters.ToArray(slot), slot.Name);
    }

    [TestMethod]
    [DataRow("hf_mlm_tiny", "")]
    [DataRow("hf_seqcls_2label_tiny", "cls.predictions.transform.dense.weight")]
    public void Run_FromHuggingFace_TrainsItsNetworkAndSaysWhichHeadIsNew(string fixture, string drawn)
    {
        string model = Path.Combine(s_tiny.Folder, fixture);
        using (PretrainedBert stored = WithVocabulary(fixture))
            stored.Save(model);
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Load(model);
        using PreparedCorpus corpus = CorpusBuilder.Build(new TinyText(40), tokenizer, Path.Combine(s_tiny.Folder, fixture + "-corpus"), new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0.1 });
        var log = new List<string>();
        using PretrainingResult result = Pretrainer.Run(Further(4) with { From = model }, corpus, log: log.Add);
        using PretrainedBert start = PretrainedBert.Load(model);
        Assert.AreEqual(start.Config.Layers, result.Model.Config.Layers);
        Assert.AreEqual(start.Config.NormPlacement, result.Model.Config.NormPlacement);
        Assert.AreEqual(drawn.Length > 0, log.Any(line => line.Contains(drawn, StringComparison.Ordinal) && line.EndsWith("drawn anew.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Run_WhatDoesNotFitTheFolder_IsRefusedByName()
    {
        Assert.Contains("From is '/nowhere'", Message(Further(4) with { From = "/nowhere" }));
        Assert.Contains("BertConfig.Layers 2 -> 7. Leave it out", Message(Further(4) with { Model = TinyCorpus.Options(4).Model with { Layers = 7 } }));
        using var other = new TinyCorpus(documents: 60);
        Assert.Contains("another vocabulary", Assert.Throws<ArgumentException>(() => Pretrainer.Run(Further(4), other.Corpus)).Message);

        static string Message(PretrainingOptions options) => Assert.Throws<ArgumentException>(() => Pretrainer.Run(options, s_tiny.Corpus)).Message;
    }

    [TestMethod]
    public void Run_OptionsOfTheSameNetwork_AreTaken()
    {
        using PretrainingResult result = Pretrainer.Run(Further(1) with { Model = TinyCorpus.Options(1).Model }, s_tiny.Corpus);
        Assert.AreEqual(32, result.Model.Config.HiddenSize);
    }

    [TestMethod]
    public void RequireStart_CorpusOfLongerSamplesThanTheModelReads_SaysHowLongTheyMayBe()
    {
        Pretrainer.RequireStart(Further(1), new CorpusOptions { SequenceLength = 16 });
        Assert.Contains("Set it to ", Assert.ThrowsExactly<ArgumentException>(() => Pretrainer.RequireStart(Further(1), new CorpusOptions { SequenceLength = 512 })).Message);
    }

    private static PretrainingOptions Further(int steps) => TinyCorpus.Options(steps) with { Model = new BertConfig(), From = s_model, Seed = 5 };

    // The fixtures are weights alone; any vocabulary of their size goes with them.
    private static PretrainedBert WithVocabulary(string fixture)
    {
        BertModel model = ModelFolder.Load(TestData.Fixture(fixture)).Model;
        string[] letters = [.. Enumerable.Range('a', 26).SelectMany(letter => new[] { $"{(char)letter}", $"##{(char)letter}" })];
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. letters];
        Assert.IsLessThanOrEqualTo(model.Config.VocabularySize, words.Length);
        return new PretrainedBert(model, BertWordPieceTokenizer.Create(Vocabulary.FromWords(words)));
    }
}
