using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Reports.Sources;
using AcademicBert.Reports.Tables;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests.Tables;

[TestClass]
public sealed class TableTests
{
    private readonly Folders _folders = new();

    [TestCleanup]
    public void CleanUp() => _folders.Dispose();

    [TestMethod]
    public void Throughput_RunOfARow_GivesDaysFor256MillionSamples()
    {
        // 4,096 samples in 4 s: 1,024 a second; 256 million take 250,000 s = 2.89 days.
        TrainingRun run = Large("fast", 4096, fused: true, secondsPerStep: 4), slow = Large("slow", 4096, fused: true, secondsPerStep: 8);
        Table table = ThroughputTable.Of([Throughput.Of(slow)!, Throughput.Of(run)!])!;
        Assert.HasCount(7, table.Rows);
        Assert.AreSequenceEqual(["ours", "BERT-large", "4,096", "1,081", "2.74", "1,024", "2.89", "fast"], table.Rows[4].Cells);
        Assert.AreSequenceEqual(["naive", "BERT-base", "256", "506", "5.85", "–", "–", "–"], table.Rows[0].Cells);
        Assert.AreEqual(1, table.Rows.Count(row => row.Cells[^1] != "–"));
    }

    [TestMethod]
    public void Throughput_NaiveRow_TakesOnlyRunsWithoutOurKernelsInFp32()
    {
        Table table = ThroughputTable.Of([Throughput.Of(Large("ours", 128, fused: true, 1))!, Throughput.Of(Large("naive", 128, fused: false, 2))!])!;
        Assert.AreEqual("naive", table.Rows[1].Cells[^1]);
        Assert.AreEqual("ours", table.Rows[2].Cells[^1]);
    }

    [TestMethod]
    public void Throughput_OtherRuns_AreNoRow()
    {
        TrainingRun unknown = _folders.Source("unknown", Options(4096), Folders.Lines(3));
        TrainingRun small = _folders.Source("small", Options(4096) with { Model = Options(4096).Model with { Layers = 12 } }, Folders.Lines(3), Folders.Start(true, "BFloat16"));
        Assert.IsNull(Throughput.Of(unknown), "its engine is not known");
        Assert.IsNull(ThroughputTable.Of([Throughput.Of(small)!, Throughput.Of(Large("batch", 64, fused: true, 1))!, Throughput.Of(Large("plain", 4096, fused: false, 1))!]));
    }

    [TestMethod]
    public void Throughput_StepBenchmark_MeasuresOursAndTheNaiveNetwork()
    {
        string folder = Path.Combine(_folders.Root, "bench");
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "large.json"),
            """
            L24 H1024: our step  2000 ms
            {"milliseconds":2000,"samplesPerSecond":64,"naiveSamplesPerSecond":16,"layers":24,"hidden":1024,"heads":16,"feedForward":4096,"batch":128,"length":128}

            """);
        File.WriteAllText(Path.Combine(folder, "other.json"), "[1, 2]");
        Table table = ThroughputTable.Of(ReportSources.Open([folder]).Throughputs)!;
        Assert.AreSequenceEqual(["naive", "BERT-large", "128", "113", "26.33", "16.0", "185", "bench/large"], table.Rows[1].Cells);
        Assert.AreSequenceEqual(["ours", "BERT-large", "128", "210", "14.11", "64.0", "46.3", "bench/large"], table.Rows[2].Cells);
    }

    [TestMethod]
    public void GlueScores_MedianOfTheBestConfiguration_StandsBesideThePapers()
    {
        _folders.Glue("glue", "RTE", 1e-3, 0.50, 0.70, 0.60);
        string folder = _folders.Glue("glue", "RTE", 3e-3, 0.65, null, 0.66);
        _folders.Glue("glue", "CoLA", 1e-3, 0.111, 0.333, 0.222);
        GlueRun run = ReportSources.Open([folder]).Glue.Single();

        // By columns: MNLI twice, QNLI, QQP, RTE, SST-2, MRPC, CoLA, STS-B, average. The failed trial is below the others: 65 is the median.
        Table scores = GlueTables.Scores([run]);
        Assert.AreSequenceEqual(["glue (dev)", "–", "–", "–", "–", "65.0", "–", "–", "22.2", "–", "–"], scores.Rows[0].Cells);
        Assert.AreSequenceEqual(["24hBERT, paper (test)", "84.4", "83.8", "90.6", "70.7", "57.7", "93.0", "87.5", "57.1", "82.0", "78.5"], scores.Rows[1].Cells);
        Assert.AreSequenceEqual(["BERT-base, paper (test)", "BERT-large, paper (test)"], scores.Rows.Skip(2).Select(row => row.Cells[0]));

        Row rte = GlueTables.Grid(run).Rows.Single(row => row.Cells[0] == "RTE");
        Assert.AreSequenceEqual(["RTE", "1E-3, 3E-3", "16", "3", "3", "3E-3, batch 16, 3 epochs", "65.0", "1E-5, 3E-5, 5E-5, 8E-5; 16, 32; 3, 5, 10; 5 seeds"], rte.Cells);

        Table every = GlueTables.Configurations(run.Report.Tasks.Single(task => task.Task.Name == "RTE"));
        Assert.AreSequenceEqual(["1E-3", "16", "3", "60.0", "60.0", "5.8", "50.0  70.0  60.0", "0"], every.Rows[0].Cells); // standard error: 0.1 / sqrt(3)
        Assert.AreSequenceEqual([false, true], every.Rows.Select(row => row.IsBest));
        Assert.AreEqual("1", every.Rows[1].Cells[^1]);
    }

    [TestMethod]
    public void GlueScores_ConfigurationWhoseSeedsAreNotAllDone_IsNotChosen()
    {
        _folders.Glue("glue", "RTE", 1e-3, 0.5, 0.5, 0.5);
        string folder = _folders.Glue("glue", "RTE", 3e-3, 0.9);
        Assert.AreEqual("50.0", GlueTables.Scores(ReportSources.Open([folder]).Glue).Rows[0].Cells[5]);
    }

    [TestMethod]
    public void RunFigures_FinishedRun_AreThoseOfItsJournal()
    {
        var options = new PretrainingOptions { Budget = TrainingBudget.Steps(4) };
        Assert.AreSequenceEqual(
            [("budget", "4 steps"), ("done", "100 %"), ("ended because", "–"), ("held-out loss", "2.500"), ("lowest", "2.500"), ("held-out accuracy", "25.0 %"), ("steps", "4"), ("samples", "40"), ("training time", "0:04"), ("validation", "0:03"), ("samples/s", "10.0"), ("share of peak", "50.0 %"), ("most memory", "2.0 GB"), ("steps left out", "0")],
            RunTables.Figures(_folders.Source("run", options, Folders.Lines(4))));
    }

    [TestMethod]
    [DataRow(5, 14, 6)]
    [DataRow(6, 6, 15)]
    public void RunComparison_FewRuns_StandInColumnsAndManyInRows(int runs, int rows, int columns)
    {
        TrainingRun[] compared = [.. Enumerable.Range(0, runs).Select(i => _folders.Source($"run{i}", new PretrainingOptions { Budget = TrainingBudget.Steps(4 + i) }, Folders.Lines(4)))];
        Table table = RunTables.Comparison(compared);
        Assert.AreEqual((rows, columns), (table.Rows.Count, table.Columns.Count));
        Assert.AreEqual("8 steps", runs == 5 ? table.Rows[0].Cells[5] : table.Rows[4].Cells[1], "the budget of the fifth");
    }

    [TestMethod]
    public void RunFigures_RunWithALastCheckpoint_SayWhyItEnded()
    {
        string folder = _folders.Run("run", new PretrainingOptions(), Folders.Lines(4));
        Assert.Contains(("ended because", "–"), RunTables.Figures(TrainingRun.Open(folder, "run")));
        foreach ((string name, string state) in (IEnumerable<(string, string)>)[("step-00000002", "cut o"), ("step-00000004", """{"position":{"steps":4,"samples":40,"seconds":4},"optimizerSteps":4,"ended":2}""")])
        {
            string checkpoint = Directory.CreateDirectory(Path.Combine(folder, "checkpoints", name)).FullName;
            File.WriteAllText(Path.Combine(checkpoint, "state.json"), state);
            string told = name == "step-00000004" ? "its loss was above the limit at the mark" : "–";
            Assert.Contains(("ended because", told), RunTables.Figures(TrainingRun.Open(folder, "run")));
        }
    }

    [TestMethod]
    public void RunFigures_NothingMeasured_SayThat()
    {
        IReadOnlyList<(string Name, string Value)> figures = RunTables.Figures(_folders.Source("run", new PretrainingOptions(), []));
        Assert.Contains(("held-out loss", "–"), figures);
        Assert.Contains(("done", "0 %"), figures);
        Assert.Contains(("most memory", "–"), figures);
    }

    [TestMethod]
    public void Options_OfOneRun_StandBesideDefaultsThatDiffer()
    {
        Table table = OptionsTable.Of(_folders.Source("run", new PretrainingOptions { BatchSize = 16 }, []));
        Assert.AreSequenceEqual(["batchSize", "16", "4096"], table.Rows.Single(row => row.Cells[0] == "batchSize").Cells);
        Assert.AreSequenceEqual(["schedule.peak", "0.001", ""], table.Rows.Single(row => row.Cells[0] == "schedule.peak").Cells);
    }

    [TestMethod]
    public void Options_OfSeveral_AreThoseThatDiffer()
    {
        Table table = OptionsTable.Differences([_folders.Source("a", new PretrainingOptions { Seed = 1 }, []), _folders.Source("b", new PretrainingOptions { Seed = 2, BatchSize = 16 }, [])])!;
        Assert.AreSequenceEqual(["batchSize|4096|16", "seed|1|2"], table.Rows.Select(row => string.Join('|', row.Cells)));
        Assert.IsNull(OptionsTable.Differences([_folders.Source("c", new PretrainingOptions(), []), _folders.Source("d", new PretrainingOptions(), [])]));
    }

    [TestMethod]
    public void Machines_SayWhatEachStartRanOn()
    {
        Table table = RunTables.Machines([_folders.Source("run", new PretrainingOptions(), [], Folders.Start(true, "BFloat16"))])!;
        Assert.AreSequenceEqual(["run", "2026-01-02 03:04", "0", "A processor, 2 cores", "16.0 GB", "A system", ".NET 10", "cpu", "fused kernels (avx512), BFloat16, 2 threads"], table.Rows.Single().Cells);
        Assert.IsNull(RunTables.Machines([_folders.Source("old", new PretrainingOptions(), [])]));
    }

    [TestMethod]
    public void Machines_StartsThatTookNoStep_AreLeftOut()
    {
        RunStart first = Folders.Start(true, "BFloat16");
        Table table = RunTables.Machines([_folders.Source("run", new PretrainingOptions(), [], first, first with { Step = 5 }, first with { Step = 5 }, first with { Step = 9 })])!;
        Assert.AreSequenceEqual(["0", "5", "9"], table.Rows.Select(row => row.Cells[2]));
    }

    private static PretrainingOptions Options(int batch) => new()
    {
        BatchSize = batch,
        Model = new BertConfig { Layers = 24, HiddenSize = 1024, Heads = 16, IntermediateSize = 4096, MaxPositions = 128, TrainedTokenTypes = 1 },
    };

    private TrainingRun Large(string name, int batch, bool fused, double secondsPerStep) =>
        _folders.Source(name, Options(batch), Folders.Lines(3, secondsPerStep: secondsPerStep, batch: batch), Folders.Start(fused, fused ? "BFloat16" : "Float32"));
}
