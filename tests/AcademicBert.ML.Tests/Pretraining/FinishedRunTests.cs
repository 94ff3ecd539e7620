using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class FinishedRunTests
{
    private readonly TinyCorpus _tiny = new();

    private string Run => Path.Combine(_tiny.Folder, "run");

    [TestCleanup]
    public void CleanUp() => _tiny.Dispose();

    [TestMethod]
    public void Run_FinishedRunAgain_IsLoadedAndKeepsRecordAndModel()
    {
        PretrainingOptions options = TinyCorpus.Options(3);
        Pretrainer.Run(options, _tiny.Corpus, Run).Dispose();
        string notes = Path.Combine(Run, "model", "NOTES.txt"), record = Path.Combine(Run, "options.json"), before = File.ReadAllText(record);
        File.WriteAllText(notes, "what we found");
        using PretrainingResult loaded = Pretrainer.Run(options with { KeepCheckpoints = 1, CheckpointEvery = TrainingBudget.Steps(2) }, _tiny.Corpus, Run);
        Assert.AreEqual(3, loaded.Position.Steps);
        Assert.IsTrue(File.Exists(notes));
        Assert.AreEqual(before, File.ReadAllText(record));
    }

    [TestMethod]
    public void Run_FinishedRunOfADamagedModel_WritesItAgain()
    {
        Pretrainer.Run(TinyCorpus.Options(3), _tiny.Corpus, Run).Dispose();
        string weights = Path.Combine(Run, "model", "model.safetensors");
        byte[] whole = File.ReadAllBytes(weights);
        File.WriteAllBytes(weights, whole[..^100]);
        Pretrainer.Run(TinyCorpus.Options(3), _tiny.Corpus, Run).Dispose();
        Assert.AreSequenceEqual(whole, File.ReadAllBytes(weights));
    }

    [TestMethod]
    public void Run_ReplayOfARunWithoutHeldOutText_EndsWhereItDid()
    {
        var source = new TinyText(40);
        Vocabulary vocabulary = VocabularyTrainer.Train(source.Read().Select(document => document.Text), new VocabularyTrainerOptions { Size = 201 });
        using PreparedCorpus corpus = CorpusBuilder.Build(source, BertWordPieceTokenizer.Create(vocabulary), Path.Combine(_tiny.Folder, "all"), new CorpusOptions { SequenceLength = 32, HeldOutFraction = 0 });
        PretrainingOptions options = TinyCorpus.Options(1) with { Budget = TrainingBudget.Time(TimeSpan.FromSeconds(0.2)) };
        var time = new SteppedTime();
        using PretrainingResult first = Pretrainer.Run(options, corpus, Run, new RecordedProgress(_ => time.Advance(TimeSpan.FromMilliseconds(17))), time: time);
        using PretrainingResult replayed = Pretrainer.Run(options, corpus, replay: Run);
        Assert.AreEqual(first.Position.Steps, replayed.Position.Steps);
        Assert.AreSequenceEqual(first.Model.Model.Parameters.Values.data<float>().ToArray(), replayed.Model.Model.Parameters.Values.data<float>().ToArray());
    }

    [TestMethod]
    public void Run_KilledWhileTheOnlyCheckpointWasReplaced_GoesOnFromIt()
    {
        PretrainingOptions options = TinyCorpus.Options(4) with { EarlyExit = TrainingBudget.Steps(2) };
        Pretrainer.Run(options, _tiny.Corpus, Run).Dispose();
        string checkpoint = Path.Combine(Run, "checkpoints", "step-00000002");
        Directory.Move(checkpoint, checkpoint + ".academicbert.old.tmp");
        var progress = new RecordedProgress();
        using PretrainingResult again = Pretrainer.Run(options, _tiny.Corpus, Run, progress);
        Assert.AreEqual(2, again.Position.Steps);
        Assert.IsEmpty(progress.Steps, "nothing was trained again");
        Assert.IsTrue(Directory.Exists(checkpoint));
    }
}
