using System.Diagnostics;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class FullDiskTests
{
    [TestMethod]
    public void Run_DiskFull_KeepsTheLastGoodCheckpointAndGoesOnWhenThereIsSpace()
    {
        using var tiny = new TinyCorpus();
        string disk = Path.Combine(tiny.Folder, "disk");
        Directory.CreateDirectory(disk);
        // Room for one checkpoint and the journal, not for a second checkpoint beside it.
        if (!Execute("mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", disk))
            Assert.Inconclusive("A small file system cannot be mounted here; that needs Linux and the rights for it.");
        try
        {
            PretrainingOptions options = TinyCorpus.Options(6) with { CheckpointEvery = TrainingBudget.Steps(2), KeepCheckpoints = 1, Validation = new ValidationPlan { Interval = 0, EarlyInterval = 0 } };
            string run = Path.Combine(disk, "run");
            var notes = new List<string>();
            IOException error = Assert.Throws<IOException>(() => Pretrainer.Run(options, tiny.Corpus, run, log: notes.Add));
            Assert.Contains("step 6", error.Message);
            Assert.Contains("step-00000002", error.Message, "the message names the last good checkpoint");
            Assert.Contains("step 4", string.Join('\n', notes), "the one in between was a warning");
            Assert.IsEmpty(Directory.GetDirectories(Path.Combine(run, "checkpoints"), "*.tmp"));

            Assert.IsTrue(Execute("mount", "-o", "remount,size=8m", disk));
            using PretrainingResult resumed = Pretrainer.Run(options, tiny.Corpus, run, log: notes.Add);
            Assert.Contains("Resumed at step 2", string.Join('\n', notes));
            using PretrainingResult expected = Pretrainer.Run(options, tiny.Corpus);
            Assert.AreSequenceEqual(expected.Model.Model.Parameters.Values.data<float>().ToArray(), resumed.Model.Model.Parameters.Values.data<float>().ToArray());
        }
        finally
        {
            Execute("umount", disk);
        }
    }

    private static bool Execute(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
