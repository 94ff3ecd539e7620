using AcademicBert.Pretraining;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class RecordedRunTests
{
    private static readonly TinyCorpus s_tiny = new(60);

    private string Folder => Path.Combine(s_tiny.Folder, TestContext.TestName!);

    public required TestContext TestContext { get; set; }

    [ClassCleanup]
    public static void CleanUp() => s_tiny.Dispose();

    [TestMethod]
    public void Open_FinishedRun_HasItsOptionsJournalMachineAndCard()
    {
        PretrainingOptions options = TinyCorpus.Options(2) with { Seed = 7 };
        using (Pretrainer.Run(options, s_tiny.Corpus, Folder))
        {
        }

        RecordedRun run = RecordedRun.Open(Folder);
        Assert.AreEqual(options.Budget, run.Options.Budget);
        Assert.AreEqual(7UL, run.Options.Seed);
        Assert.StartsWith(s_tiny.Corpus.Manifest.TokenizerFingerprint, run.Corpus);
        Assert.AreEqual(s_tiny.Corpus.Tokenizer.Vocabulary.Count, run.Options.Model.VocabularySize);
        Assert.AreSequenceEqual([1L, 2L], run.Metrics().Where(line => line.Event == "step").Select(line => line.Step));
        Assert.Contains("| Seed | 7 |", run.Card!);
        RunStart start = run.Starts.Single();
        Assert.AreEqual((0L, "cpu", "Float32", 1, get_num_threads()), (start.Step, start.Device, start.ComputeType, start.Ranks, start.Threads));
        Assert.AreEqual(MachineDescription.Current, start.Machine);
        Assert.IsGreaterThan(0, start.Machine.Cores);
    }

    [TestMethod]
    public void Starts_OfARunThatWentOn_AreAllThereAndThoseOfARunBegunAnewAreNot()
    {
        PretrainingOptions options = TinyCorpus.Options(4);
        using (Pretrainer.Run(options, s_tiny.Corpus, Folder, control: new TrainingControl { PauseAt = TrainingBudget.Steps(2) }))
        {
        }

        using (Pretrainer.Run(options, s_tiny.Corpus, Folder))
        {
        }

        Assert.AreSequenceEqual([0L, 2L], RecordedRun.Open(Folder).Starts.Select(start => start.Step));
        foreach (string part in (string[])["checkpoints", "model"])
            Directory.Delete(Path.Combine(Folder, part), recursive: true);
        using (Pretrainer.Run(options, s_tiny.Corpus, Folder))
        {
        }

        Assert.AreSequenceEqual([0L], RecordedRun.Open(Folder).Starts.Select(start => start.Step));
    }

    [TestMethod]
    public void Open_OptionsThatAreNone_NamesFileAndOption()
    {
        Directory.CreateDirectory(Folder);
        Assert.IsFalse(RecordedRun.IsIn(Folder));
        Assert.Throws<FileNotFoundException>(() => RecordedRun.Open(Folder));
        File.WriteAllText(Path.Combine(Folder, "metrics.jsonl"), "");
        File.WriteAllText(Path.Combine(Folder, "options.json"), """{ "options": { "batchSiez": 3 } }""");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => RecordedRun.Open(Folder));
        Assert.Contains("options.json", error.Message);
        Assert.Contains("batchSiez", error.Message);
    }
}
