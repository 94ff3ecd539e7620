using AcademicBert.Finetuning;
using AcademicBert.Pretraining;
using AcademicBert.Tables;
using AcademicBert.Tests.Fuzzing;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tests.Fuzzing;

/// <summary>Reports on each kind of folder: their pages and Markdown, and fewer times, since it takes so much longer, their drawings.</summary>
internal static class ReportTargets
{
    private static readonly string[] s_run = ["options.json", "metrics.jsonl", "starts.jsonl", "model/README.md"], s_finetuning = ["options.json", "recipe.json", "result.json", "finetuning.jsonl"];

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
        string[] names = [.. s_run.Select(name => $"a/{name}"), .. s_run.Select(name => $"b/{name}")];
        return Of("several runs", [FolderText.Read(folders.Root, names)], names, "a", "b");
    }

    /// <summary>A search beside the folder of its best run.</summary>
    private static IEnumerable<FuzzTarget> Search()
    {
        using var folders = new Folders();
        folders.Search("search");
        Run(folders, "search/runs/32-1", new PretrainingOptions { Budget = TrainingBudget.Steps(6) }, 6, false);
        Run(folders, "search/runs/16-1", new PretrainingOptions { Budget = TrainingBudget.Steps(6), BatchSize = 16 }, 6, false);
        string[] names = ["search.jsonl", .. ((string[])["32-1", "16-1"]).SelectMany(run => s_run.Select(name => $"runs/{run}/{name}"))];
        byte[] whole = FolderText.Read(Path.Combine(folders.Root, "search"), names);
        return Of("a search", [whole, FolderText.Read(Path.Combine(folders.Root, "search"), "search.jsonl")], names);
    }

    private static IEnumerable<FuzzTarget> Finetuning()
    {
        using var folders = new Folders();
        return Of("fine-tuning", [Finetuned(folders, "classes", Classes), Finetuned(folders, "numbers", Numbers), FolderText.Read(folders.Finetuning("begun", new FinetuningOptions(), null, "accuracy", 0.5), "options.json", "finetuning.jsonl")], s_finetuning);
    }

    private static IEnumerable<FuzzTarget> Finetunings()
    {
        using var folders = new Folders();
        Finetuned(folders, "a", Classes);
        Finetuned(folders, "b", Numbers);
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
        [FolderText.Of(("a.json", "{}"), ("b.json", "step\n{\"layers\":12,\"hidden\":768,\"heads\":12,\"feedForward\":3072,\"batch\":32,\"length\":128,\"samplesPerSecond\":8.5,\"naiveSamplesPerSecond\":4.25}"))], ["a.json", "b.json"]);

    private static IEnumerable<FuzzTarget> Of(string kind, IReadOnlyList<byte[]> valid, IReadOnlyList<string> names, params string[] folders)
    {
        var pages = new FuzzTarget($"report on {kind}", valid, (folder, input) => SoundReport.Write(Put(folder, input)), input => FuzzFiles.Has(input, $"// {names[0]}\n", "{\""))
        {
            IsJson = true,
            Words = ["<script>alert(1)</script>", "]]>", "\\n```\\n<b>", "|", "\\u0000", "// " + names[0] + "\n", "null", "\n", "\"NaN\"", "1e308"],
            Values = ["\"<script>alert(1)</script>\"", "\"\\\"><img src=x onerror=y>\"", "\"a|b\\n# c\\n```\\n<b>\"", "\"]]>--><!--\"", "\"\\u0001\\ud800\"", "\"Infinity\"", "1.7976931348623157E308", "-1e308", "1e-308", "1e17", "-1e17", "86400", "1e12", "922337203685"],
            Names = ["\"<b>\"", "\"event\"", "\"step\"", "\"loss\""],
            AllocationMultiple = 1000,
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

    private static TableFinetuningResult Numbers => new(FinetuningTask.Regression, [], 8, 2, new Dictionary<string, double> { ["rootMeanSquaredError"] = 0.5 })
    {
        GuessingMetrics = new Dictionary<string, double> { ["rootMeanSquaredError"] = 1.5 }, Numbers = [new PredictedNumber(1, 1.5f), new PredictedNumber(2, 1.75f)],
    };
}
