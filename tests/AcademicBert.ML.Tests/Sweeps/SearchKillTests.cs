using System.Text;
using AcademicBert.Sweeps;
using AcademicBert.Tests.Pretraining;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Sweeps;

/// <summary>A search that is killed at any moment and started again ends with the table of an uninterrupted one.</summary>
[TestClass]
public sealed class SearchKillTests
{
    private static readonly TinyCorpus s_tiny = new();

    private readonly int _threads = get_num_threads();
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    public required TestContext TestContext { get; set; }

    [TestCleanup]
    public void CleanUp()
    {
        set_num_threads(_threads);
        Directory.Delete(_folder, recursive: true);
    }

    [ClassCleanup]
    public static void CleanUpCorpus() => s_tiny.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Run_KilledAtAnyMoment_EndsWithTheTableOfAnUninterruptedOne(int parallel)
    {
        SearchOptions options = TinySearch.Options with { Parallel = parallel, Recipe = TinySearch.Options.Recipe with { Pretraining = TinySearch.Options.Recipe.Pretraining with { Threads = parallel } } };
        string whole = Path.Combine(_folder, "whole"), killed = Path.Combine(_folder, "killed");
        SearchHistory expected = SearchRunner.Run(options, s_tiny.Corpus, whole);
        var random = new Random(3);
        int steps = 0, events = 0, attempt = 0;
        for (bool done = false; !done; attempt++)
        {
            // In turn at the next result or decision, and some steps on.
            bool atEvent = attempt % 2 == 0;
            int left = random.Next(1, 5);
            try
            {
                SearchRunner.Run(options, s_tiny.Corpus, killed, new SearchReports(report =>
                {
                    if (report.Training is null ? atEvent : !atEvent && --left == 0)
                        throw new KilledException();
                }));
                done = true;
            }
            catch (KilledException)
            {
                steps += atEvent ? 0 : 1;
                if (atEvent)
                    CutLastLine(Path.Combine(killed, SearchJournal.FileName), ++events % 3);
            }
        }

        TestContext.WriteLine($"killed at {steps} steps and {events} journal lines");
        Assert.IsGreaterThan(5, steps + events);
        Assert.AreSequenceEqual(TinySearch.Losses(expected), TinySearch.Losses(SearchJournal.Read(killed)));
        Assert.AreSequenceEqual(File.ReadAllBytes(Path.Combine(whole, SearchTable.FileName)), File.ReadAllBytes(Path.Combine(killed, SearchTable.FileName)));
        foreach (SearchRun run in expected.Runs)
            Assert.AreEqual(run.Reason is null, Directory.Exists(Path.Combine(SearchJournal.RunFolder(killed, run.Configuration.Name), "checkpoints")), run.Configuration.Name);
    }

    /// <summary>As if the process had been killed before the last line was written, in the middle of it, or after it.</summary>
    private static void CutLastLine(string journal, int how)
    {
        if (how == 0)
            return;
        string text = File.ReadAllText(journal);
        int start = text.LastIndexOf('\n', text.Length - 2) + 1;
        File.WriteAllText(journal, text[..(how == 1 ? start : (start + text.Length) / 2)], new UTF8Encoding(false));
    }

    private sealed class KilledException : Exception;
}
