using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Distributed;
using AcademicBert.Tests.Modeling;
using AcademicBert.Training;
using TorchSharp;

namespace AcademicBert.Tests.Pretraining;

/// <summary>fp16's loss scale over a run, with the CUDA kernels under the emulator.</summary>
[TestClass]
public sealed class LossScaleRunTests
{
    private const int Limit = 3;

    // From 2^16 to 1, each time by a step that is left out.
    private const int Halvings = 16;

    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus(documents: 40);

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Train_GradientThatNoScaleMakesFinite_EndsAtTheLimit()
    {
        using BertModel model = Model();
        var lines = new List<string>();
        Poison(model);
        string message = Diverge(model, ProcessGroup.Single, lines.Add);
        Assert.Contains($"for {Limit} steps in a row at fp16's loss scale 1, up to step {Halvings + Limit}", message);
        Assert.Contains("the loss scale is 32768 now", lines[0], "a new run starts at 2^16");
        Assert.AreEqual(Halvings, lines.Count(line => line.Contains("left the range of fp16", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Train_GradientOfOneRankNotFinite_LowersTheScaleOfAll()
    {
        float[] scales = ThreadRanks.Run(2, ranks =>
        {
            using BertModel model = Model();
            if (ranks.Rank == 1)
                Poison(model);
            Diverge(model, ranks, _ => { });
            return model.Parameters.LossScale.Value;
        });
        Assert.AreSequenceEqual([1f, 1f], scales);
    }

    private static PretrainingOptions Options
    {
        get
        {
            PretrainingOptions options = TinyCorpus.Options(100) with { BatchSize = 4, MicroBatchSize = 2, NonFiniteLimit = Limit };
            return options with { Model = options.Model with { VocabularySize = s_tiny.Corpus.Tokenizer.Vocabulary.Count } };
        }
    }

    // In fp32, with the scale of fp16: the peak of fp16 products that a run measures first takes long on a CPU.
    private static BertModel Model()
    {
        BertModel model = Engines.Create(Engine.Emulated, Options.Model, HeadSpec.MaskedLanguageModel, 1);
        model.Parameters.LossScale.MakeDynamic();
        return model;
    }

    private static void Poison(BertModel model)
    {
        using IDisposable frozen = torch.no_grad();
        model.Parameters[ParameterNames.PositionEmbeddings].fill_(double.NaN).Dispose();
    }

    private static string Diverge(BertModel model, ProcessGroup ranks, Action<string> log)
    {
        using var artifacts = new RunArtifacts(Options, s_tiny.Corpus, model, ranks, folder: null, log);
        using var run = new PretrainingRun(Options, s_tiny.Corpus, model, ranks, artifacts, progress: null, log, new TrainingClockSource(TimeProvider.System));
        return Assert.ThrowsExactly<TrainingDivergedException>(() => run.Train(new TrainingControl(), CancellationToken.None)).Message;
    }
}
