using AcademicBert.Finetuning;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;
using AcademicBert.Tests.Fuzzing;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests.Fuzzing;

/// <summary>Reports on each kind of folder: their pages and Markdown, and fewer times, since it takes so much longer, their drawings.</summary>
internal static class ReportTargets
{
    private static readonly string[] s_run = ["options.json", "metrics.jsonl", "starts.jsonl", "model/README.md"], s_finetuning = ["options.json", "recipe.json", "result.json", "finetuning.jsonl"];

    // A limit that drops most, a run that failed, and the options of which the paper has values.
    private static readonly string s_dropped = string.Join('\n',
        """{"search":{"version":1,"budget":"8 steps","rungs":[{"at":0.25,"maxLoss":6,"keep":1}]}}""",
        $$"""{"cohort":[{"name":"a","values":{"schedule.warmupProportion":0.06,"{{SearchDimension.ScheduleLength}}":1} },{"name":"b","values":{"schedule.warmupProportion":0.1} },{"name":"c","values":{"{{SearchDimension.ScheduleLength}}":2} },{"name":"d","values":{} }]}""",
        Result("a", 0, "3"), Result("b", 0, "7"), Result("c", 0, "8"), Result("d", 0, "\"NaN\",\"error\":\"diverged\""),
        """{"decision":{"cohort":0,"rung":0,"outcome":{"kept":["a"],"dropped":[{"configuration":"b","reason":"AboveLimit"},{"configuration":"c","reason":"AboveLimit"},{"configuration":"d","reason":"Failed"}],"limitDropsMost":true}}}""",
        Result("a", 1, "2"),
        "");

    /// <summary>All targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } = [.. Pretraining(), .. Runs(), .. Search(), .. Finetuning(), .. Finetunings(), .. Glue(), .. Benchmarks()];

    private static IEnumerable<FuzzTarget> Pretraining()
    {
        using var folders = new Folders();
        return Of("pretraining", [Run(folders, "a", new PretrainingOptions { Budget = TrainingBudget.Steps(8) }, 8, true), Run(folders, "b", new PretrainingOptions(), 3, false)], s_run);
    }

    private static IEnumerable<FuzzTarget> Runs()
    {
        using var folders = new Folders();
        Run(folders, "a", new PretrainingOptions { Budget = TrainingBudget.Steps(4) }, 4, true);
        Run(folders, "b", new PretrainingOptions { Budget = TrainingBudget.Steps(4), BatchSize = 8 }, 4, false);
        Run(folders, "c", new PretrainingOptions { Budget = TrainingBudget.Steps(4), BatchSize = 8, Seed = 7 }, 4, false);
        string[] names = [.. ((string[])["a", "b", "c"]).SelectMany(run => s_run.Select(name => $"{run}/{name}"))];
        return Of("several runs", [FolderText.Read(folders.Root, names)], names, "a", "b", "c");
    }

    /// <summary>A search with the folders of its best runs, and a run to compare with.</summary>
    private static IEnumerable<FuzzTarget> Search()
    {
        using var folders = new Folders();
        folders.Search("a");
        var options = new PretrainingOptions { Budget = TrainingBudget.Steps(6) };
        Run(folders, "a/runs/32-1", options, 6, false);
        Run(folders, "a/runs/16-1", options with { BatchSize = 16 }, 6, false);
        Run(folders, "b", options with { EarlyExit = TrainingBudget.Steps(3) }, 6, false);
        string[] names = ["a/search.jsonl", .. ((string[])["a/runs/32-1", "a/runs/16-1", "b"]).SelectMany(run => s_run.Select(name => $"{run}/{name}"))];
        byte[] whole = FolderText.Read(folders.Root, names);
        File.WriteAllText(Path.Combine(folders.Root, "a", "search.jsonl"), s_dropped);
        return Of("a search", [whole, FolderText.Read(folders.Root, ["a/search.jsonl", .. s_run.Select(name => $"b/{name}")])], names, "a", "b");
    }

    private static IEnumerable<FuzzTarget> Finetuning()
    {
        using var folders = new Folders();
        return Of("fine-tuning", [Finetuned(folders, "classes", Classes), Finetuned(folders, "many", ManyClasses), Finetuned(folders, "numbers", Regression), FolderText.Read(folders.Finetuning("begun", new FinetuningOptions(), null, "accuracy", 0.5), "options.json", "finetuning.jsonl")], s_finetuning);
    }

    private static IEnumerable<FuzzTarget> Finetunings()
    {
        using var folders = new Folders();
        Finetuned(folders, "a", Classes);
        Finetuned(folders, "b", Regression);
        string[] names = [.. s_finetuning.Select(name => $"a/{name}"), .. s_finetuning.Select(name => $"b/{name}")];
        return Of("several of fine-tuning", [FolderText.Read(folders.Root, names)], names, "a", "b");
    }

    private static IEnumerable<FuzzTarget> Glue()
    {
        using var folders = new Folders();
        folders.Glue("glue", "RTE", 1e-3, 0.5, 0.625, null);
        folders.Glue("glue", "RTE", 2e-3, 0.25);
        folders.Glue("glue", "STS-B", 1e-3, 0.75);
        string[] names = ["RTE/trials.jsonl", "STS-B/trials.jsonl"];
        return Of("GLUE", [FolderText.Read(Path.Combine(folders.Root, "glue"), names)], names);
    }

    private static IEnumerable<FuzzTarget> Benchmarks() => Of(
        "step benchmarks",
        [FolderText.Of(("a.json", "{}"), ("b.json", "step\n{\"layers\":24,\"hidden\":1024,\"heads\":16,\"feedForward\":4096,\"batch\":128,\"length\":128,\"samplesPerSecond\":8.5,\"naiveSamplesPerSecond\":4.25}"))], ["a.json", "b.json"]);

    private static IEnumerable<FuzzTarget> Of(string kind, IReadOnlyList<byte[]> valid, IReadOnlyList<string> names, params string[] folders)
    {
        var pages = new FuzzTarget($"report on {kind}", valid, (folder, input) => SoundReport.Write(Put(folder, input)), input => FuzzFiles.Has(input, $"// {names[0]}\n", "{\""))
        {
            IsJson = true,
            Words = ["<script>alert(1)</script>", "]]>", "\\n```\\n<b>", "|", "\\u0000", "// " + names[0] + "\n", "null", "\n", "\"NaN\"", "1e308"],
            Values = ["\"<script>alert(1)</script>\"", "\"\\\"><img src=x onerror=y>\"", "\"a|b\\n# c\\n```\\n<b>\"", "\"]]>--><!--\"", "\"\\u0001\\ud800\"", "\"Infinity\"", "1.7976931348623157E308", "-1e308", "1e-308", "1e17", "-1e17", "86400", "1e12", "922337203685"],
            Names = ["\"<b>\"", "\"event\"", "\"step\"", "\"loss\""],
            AllocationMultiple = 1000,
            Slowness = 4,
        };
        return kind is "GLUE" or "step benchmarks" ? [pages] : [pages, pages with { Name = $"drawings of {kind}", Read = (folder, input) => SoundReport.Draw(Put(folder, input)), Slowness = 20, Room = 64 << 20 }];

        string[] Put(string folder, byte[] input)
        {
            // What a user called a folder is text as well.
            string root = Path.Combine(folder, "<b>&");
            FolderText.Write(root, names, input);
            return folders.Length == 0 ? [root] : [.. folders.Select(name => Path.Combine(root, name))];
        }
    }

    private static string Result(string configuration, int rung, string loss) =>
        Numbers.Text($$$"""{"result":{"configuration":"{{{configuration}}}","rung":{{{rung}}},"position":{"steps":{{{2 + 6 * rung}}},"samples":32,"seconds":1.5},"accuracy":0.25,"loss":{{{loss}}} } }""");

    private static byte[] Run(Folders folders, string name, PretrainingOptions options, int steps, bool whole)
    {
        string run = folders.Run(name, options, Folders.Lines(steps), Folders.Start(fused: true, "BFloat16"), Folders.Start(fused: false, "Float32"));
        Directory.CreateDirectory(Path.Combine(run, "model"));
        File.WriteAllText(Path.Combine(run, "model", "README.md"), "| | |\n|---|---|\n| Architecture | pre-LN |\n| Corpus | a\\|b |\n");
        return FolderText.Read(run, whole ? s_run : s_run[..2]);
    }

    private static byte[] Finetuned(Folders folders, string name, TableFinetuningResult result) => FolderText.Read(
        folders.Finetuning(name, new FinetuningOptions { Epochs = 2 }, result, result.Task == FinetuningTask.Regression ? FinetuningLine.NegativeMeanSquaredError : "accuracy", result.Task == FinetuningTask.Regression ? [-1, -0.25] : [0.5, 0.75]), s_finetuning);

    private static TableFinetuningResult Classes => new(FinetuningTask.Classification, ["a", "b"], 90, 10, new Dictionary<string, double> { ["accuracy"] = 0.75 })
    {
        GuessingMetrics = new Dictionary<string, double> { ["accuracy"] = 0.6 }, MostFrequent = "a", GuessingLoss = 0.67, Confusion = [[5, 1], [2, 2]], Model = "m", TrainingFile = "rows.tsv", ValidationFile = "more.tsv", TrainingLoss = 0.25,
    };

    private static TableFinetuningResult ManyClasses => Classes with
    {
        Classes = [.. Enumerable.Range(0, 21).Select(index => $"c{index}")],
        Confusion = [.. Enumerable.Range(0, 21).Select(own => Enumerable.Range(0, 21).Select(other => own == other ? 9 : own == 3 ? other : 0).ToArray())],
        Metrics = new Dictionary<string, double>(),
    };

    private static TableFinetuningResult Regression => new(FinetuningTask.Regression, [], 8, 2, new Dictionary<string, double> { ["rootMeanSquaredError"] = 0.5 })
    {
        GuessingMetrics = new Dictionary<string, double> { ["rootMeanSquaredError"] = 1.5 }, Numbers = [new PredictedNumber(1, 1.5f), new PredictedNumber(2, 1.75f)],
    };
}
