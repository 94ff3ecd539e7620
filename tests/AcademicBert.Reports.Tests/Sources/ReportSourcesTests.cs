using AcademicBert.Finetuning;
using AcademicBert.Pretraining;
using AcademicBert.Reports.Sources;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests.Sources;

[TestClass]
public sealed class ReportSourcesTests
{
    private readonly Folders _folders = new();

    [TestCleanup]
    public void CleanUp() => _folders.Dispose();

    [TestMethod]
    public void Open_FoldersOfAllKinds_AreRecognized()
    {
        string run = _folders.Run("run", new PretrainingOptions(), Folders.Lines(3)), glue = _folders.Glue("glue", "RTE", 1e-3, 0.5);
        string finetuning = _folders.Finetuning("finetuning", new FinetuningOptions(), null, "accuracy", 0.5);
        ReportSources sources = ReportSources.Open([glue, finetuning, run]);
        Assert.AreEqual("finetuning", sources.Finetunings.Single().Name);
        Assert.AreEqual("run", sources.Runs.Single().Name);
        Assert.AreEqual("glue", sources.Glue.Single().Name);
    }

    [TestMethod]
    public void Open_FolderOfNone_IsNamed()
    {
        Directory.CreateDirectory(Path.Combine(_folders.Root, "photos"));
        Assert.Contains("photos' holds nothing to report on", Assert.Throws<ArgumentException>(() => ReportSources.Open([Path.Combine(_folders.Root, "photos")])).Message);
        Assert.Contains("no folder", Assert.Throws<ArgumentException>(() => ReportSources.Open([Path.Combine(_folders.Root, "gone")])).Message);
    }

    [TestMethod]
    public void Open_WhatAPatternMatches_LeavesOutWhatHoldsNothing()
    {
        string run = _folders.Run("run", new PretrainingOptions(), Folders.Lines(3)), file = Path.Combine(_folders.Root, "notes.txt"), photos = Path.Combine(_folders.Root, "photos");
        Directory.CreateDirectory(photos);
        File.WriteAllText(file, "");
        var log = new List<string>();
        Assert.AreEqual("run", ReportSources.Open([file, photos, run], log.Add).Runs.Single().Name);
        Assert.AreSequenceEqual([$"'{file}' holds nothing to report on, and is left out.", $"'{photos}' holds nothing to report on, and is left out."], log);
    }

    [TestMethod]
    public void Open_FolderOfRuns_StandsForThem()
    {
        _folders.Run("two", new PretrainingOptions(), Folders.Lines(3));
        string one = _folders.Run("one", new PretrainingOptions(), Folders.Lines(3));
        Directory.CreateDirectory(Path.Combine(_folders.Root, "photos"));
        Assert.AreSequenceEqual(["one", "two"], ReportSources.Open([_folders.Root, one + "/"]).Runs.Select(run => run.Name));
    }

    [TestMethod]
    public void Names_EqualEnds_AreToldApartByWhatIsAbove() =>
        Assert.AreSequenceEqual(["ours/seed1", "theirs/seed1", "other"], ReportSources.Names(["/a/ours/seed1", "/a/theirs/seed1/", "/a/other"]));

    [TestMethod]
    public void Journal_RunWithAValidationAtItsEnd_CountsAllItsTime()
    {
        RunJournal journal = RunJournal.Of(Folders.Lines(4, secondsPerStep: 0.5));
        Assert.AreEqual(new TrainingPosition(4, 40, 2), journal.End);
        Assert.AreEqual(20, journal.SamplesPerSecond); // 40 samples in 4 steps of 0.5 s
        Assert.AreEqual(100, journal.TokensPerSample);
        Assert.AreEqual(2, journal.SecondsAfter(3));
    }

    [TestMethod]
    public void Journal_CutOffAfterAStep_LeavesOutTheStepWhoseTimeIsMissing()
    {
        RunJournal journal = RunJournal.Of(Folders.Lines(4, secondsPerStep: 0.5).Take(4));
        Assert.AreEqual(20, journal.SamplesPerSecond); // 30 samples in 3 steps of 0.5 s
        Assert.IsNull(RunJournal.Of(Folders.Lines(1).Take(1)).SamplesPerSecond);
        Assert.IsNull(RunJournal.Of([]).SamplesPerSecond);
    }

    [TestMethod]
    public void Progress_EarlyExit_IsThatOfTheExit()
    {
        var options = new PretrainingOptions { Budget = TrainingBudget.Steps(30), EarlyExit = TrainingBudget.Steps(10) };
        Assert.AreEqual(0.4, _folders.Source("part", options, Folders.Lines(4)).Progress);
        Assert.AreEqual(1, _folders.Source("whole", options, Folders.Lines(10)).Progress);
    }
}
