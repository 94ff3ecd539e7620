using AcademicBert.CudaEmulator;
using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Native.Cuda;
using AcademicBert.Pretraining;
using AcademicBert.Tests.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

/// <summary>A device whose memory runs out in the middle of a step, under the emulator.</summary>
[TestClass]
public sealed class MemoryExhaustionTests
{
    private static TinyCorpus s_tiny = null!;

    [ClassInitialize]
    public static void Prepare(TestContext context) => s_tiny = new TinyCorpus(documents: 40);

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    [DataRow("cross_entropy_f32", 4, 10)]
    [DataRow("attention_softmax_backward_f32", 8, 20)]
    public void Train_MemoryRunsOut_HalvesTheMicroBatchAndTrainsTheSame(string kernel, int first, int second)
    {
        var lines = new List<string>();
        int launches = 0;
        // In the second and the third step, behind micro-batches whose loss and gradients were taken already.
        EmulatedDevice device = Device();
        double[] losses = Train(device, microBatch: 8, lines.Add, kernel, launch =>
        {
            if (++launches == first || launches == second)
                throw new InsufficientMemoryException("CUDA: out of memory");
            launch();
        });
        double[] expected = Train(device, microBatch: 2, _ => { }, kernel, launch => launch());
        Assert.HasCount(2, lines);
        Assert.Contains("micro-batches of 8 samples; they have 4", lines[0]);
        Assert.Contains("micro-batches of 4 samples; they have 2", lines[1]);
        Assert.HasCount(4, losses);
        foreach ((double one, double other) in expected.Zip(losses))
            Assert.AreEqual(one, other, 1e-4 * one);
    }

    [TestMethod]
    public void Train_MemoryForNoSingleSample_EndsWithTheDevicesError()
    {
        EmulatedDevice device = Device();
        InsufficientMemoryException error = Assert.ThrowsExactly<InsufficientMemoryException>(
            () => Train(device, microBatch: 4, _ => { }, "cross_entropy_f32", _ => throw new InsufficientMemoryException("CUDA: out of memory")));
        Assert.AreEqual("CUDA: out of memory", error.Message);
    }

    private static EmulatedDevice Device()
    {
        if (!EmulatedDevice.TryOpen(out EmulatedDevice? device, out string reason))
            Assert.Inconclusive($"Skipped: {reason}.");
        return device;
    }

    private static double[] Train(EmulatedDevice device, int microBatch, Action<string> log, string kernel, Action<Action> launch)
    {
        PretrainingOptions options = TinyCorpus.Options(4) with { BatchSize = 16, MicroBatchSize = microBatch, Validation = new ValidationPlan { Interval = 0, EarlyInterval = 0 } };
        options = options with { Model = options.Model with { VocabularySize = s_tiny.Corpus.Tokenizer.Vocabulary.Count } };
        using BertModel model = BertModel.Create(options.Model, HeadSpec.MaskedLanguageModel, 1, kernels: new CudaKernels(new FaultyDevice(device, kernel, launch)));
        var progress = new RecordedProgress();
        using var artifacts = new RunArtifacts(options, s_tiny.Corpus, model, ProcessGroup.Single, folder: null, log);
        using var run = new PretrainingRun(options, s_tiny.Corpus, model, ProcessGroup.Single, artifacts, progress, log, new TrainingClockSource(TimeProvider.System));
        run.Train(new TrainingControl(), CancellationToken.None);
        return [.. progress.Steps.Select(step => step.Loss)];
    }
}
