using System.Text;
using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Sweeps;
using AcademicBert.Training;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Journals: a JSON object a line.</summary>
internal static class JournalTargets
{
    private static readonly string s_search = string.Join('\n',
        """{"search":{"version":1,"budget":"8 steps","rungs":[{"at":0.25,"maxLoss":6,"keep":1},{"at":0.5,"keep":0.5}]}}""",
        """{"cohort":[{"name":"peak1","values":{"schedule.peak":1}},{"name":"peak2","values":{"schedule.peak":2}},{"name":"peak3","values":{"schedule.peak":3}}]}""",
        """{"result":{"configuration":"peak1","rung":0,"position":{"steps":2,"samples":32,"seconds":1.5},"loss":3,"accuracy":0.25}}""",
        """{"result":{"configuration":"peak2","rung":0,"position":{"steps":2,"samples":32,"seconds":1.5},"loss":4,"accuracy":0.25}}""",
        """{"result":{"configuration":"peak3","rung":0,"position":{"steps":1,"samples":16,"seconds":0.5},"loss":"NaN","accuracy":0,"error":"diverged"}}""",
        """{"decision":{"cohort":0,"rung":0,"outcome":{"kept":["peak1","peak2"],"dropped":[{"configuration":"peak3","reason":"Failed"}],"limitDropsMost":false}}}""",
        """{"result":{"configuration":"peak1","rung":1,"position":{"steps":4,"samples":64,"seconds":3},"loss":2,"accuracy":0.5}}""",
        """{"result":{"configuration":"peak2","rung":1,"position":{"steps":4,"samples":64,"seconds":3},"loss":2.5,"accuracy":0.5}}""",
        """{"decision":{"cohort":0,"rung":1,"outcome":{"kept":["peak1"],"dropped":[{"configuration":"peak2","reason":"NotAmongBest"}],"limitDropsMost":false}}}""",
        """{"result":{"configuration":"peak1","rung":2,"position":{"steps":8,"samples":128,"seconds":6},"loss":1.5,"accuracy":0.5}}""",
        "");

    private static readonly string s_limits = string.Join('\n',
        """{"search":{"version":1,"budget":"90s","rungs":[{"at":0.25,"maxLoss":6,"keep":1}]}}""",
        """{"cohort":[{"name":"a","values":{"device":"cpu"}},{"name":"b","values":{}}]}""",
        """{"result":{"configuration":"a","rung":0,"position":{"steps":2,"samples":32,"seconds":1.5},"loss":3,"accuracy":0.25}}""",
        """{"result":{"configuration":"b","rung":0,"position":{"steps":2,"samples":32,"seconds":1.5},"loss":7,"accuracy":0.25}}""",
        """{"decision":{"cohort":0,"rung":0,"outcome":{"kept":["a"],"dropped":[{"configuration":"b","reason":"AboveLimit"}],"limitDropsMost":false}}}""",
        """{"result":{"configuration":"a","rung":1,"position":{"steps":8,"samples":128,"seconds":6},"loss":"NaN","accuracy":0.5,"error":"diverged"}}""",
        "");

    public static IEnumerable<FuzzTarget> All => [Metrics(), Finetuning(), Trials(), Search(), Starts()];

    private static FuzzTarget Search() => new(
        "search journal", [Utf8(s_search), Utf8(s_limits), Utf8(s_search[..s_search.IndexOf("{\"decision", StringComparison.Ordinal)])],
        (folder, input) =>
        {
            Put(folder, SearchJournal.FileName, input);
            SearchHistory history = SearchJournal.Read(folder);
            SearchTable.Of(history);
            using SearchJournal journal = SearchJournal.Open(folder);
            if (!journal.IsBegun || journal.History.Runs.Count != history.Runs.Count || journal.History.Decisions.Count != history.Decisions.Count)
                throw new InvalidOperationException("What goes on is not what was read.");
        },
        input => Has(input, "{\"search\"", "\"version\""))
    {
        IsJson = true,
        Words = ["null", "{}", "\n", "\"NaN\"", "{\"cohort\":[]}\n", "\"rung\":1", "\ufeff"],
    };

    /// <summary>A damaged line ends what is known of earlier starts; the next is added behind it.</summary>
    private static FuzzTarget Starts() => new(
        "starts journal", [Utf8(string.Concat(Enumerable.Repeat("""{"at":"2026-01-02T03:04:05+00:00","step":7,"machine":{"processor":"a","cores":2,"memoryBytes":9000000000,"operatingSystem":"b","runtime":"c"},"device":"cpu","kernels":"avx512","computeType":"BFloat16","threads":2,"ranks":1}""" + "\n", 2)))],
        (folder, input) =>
        {
            Put(folder, RunStartLog.FileName, input);
            IReadOnlyList<RunStart> before = RunStartLog.Read(folder);
            if (before.Any(start => start.Machine?.Processor is null || start.Device is null))
                throw new InvalidOperationException("A start does not say where.");
            var next = new RunStart { At = DateTimeOffset.UnixEpoch, Step = 9, Machine = MachineDescription.Current, Device = "cpu", ComputeType = "Float32", Threads = 1, Ranks = 1 };
            RunStartLog.Add(folder, next);
            if (!RunStartLog.Read(folder).SequenceEqual([.. before, next]))
                throw new InvalidOperationException("A line was lost, or the next one cannot be read.");
        },
        input => Has(input, "{\"at\"", "\"machine\""))
    {
        IsJson = true,
        Words = ["null", "{}", "\n", "\r\n", "\"machine\":null", "9223372036854775808", "\ufeff", "\0"],
        Refusals = [],
    };

    /// <summary>What a damaged journal still holds, stays; what is appended can be read.</summary>
    private static FuzzTarget Metrics() => new(
        "metrics journal", [Utf8("{\"event\":\"step\",\"step\":1,\"samples\":16,\"seconds\":0.5,\"loss\":9.25}\n{\"event\":\"validation\",\"step\":1,\"samples\":16,\"seconds\":0.5,\"loss\":\"NaN\",\"took\":0.1}\n{\"event\":\"step\",\"step\":2,\"samples\":32,\"seconds\":1}\n")],
        (folder, input) =>
        {
            Put(folder, MetricsLog.FileName, input);
            MetricsLine[] before = [.. MetricsLog.Read(folder)];
            MetricsLog.ReadClock(folder);
            var next = new MetricsLine { Event = "step", Step = 9, Samples = 9, Seconds = 9 };
            using (MetricsLog journal = MetricsLog.Open(folder, long.MaxValue))
                journal.Write(next);
            if (!MetricsLog.Read(folder).SequenceEqual([.. before, next]))
                throw new InvalidOperationException("A line was lost, or the next one cannot be read.");
        },
        input => Has(input, "{\"event\"", "\"step\""))
    {
        Words = ["{\"event\":\"step\",\"step\":3,\"samples\":1,\"seconds\":2}\n", "null", "\n", "\r", "\r\n", "\ufeff", "\0", "é", "\"NaN\"", "{", "}", "9223372036854775808"],
        Refusals = [],
    };

    /// <summary>What a damaged journal still holds, stays up to its end; what is appended can be read.</summary>
    private static FuzzTarget Finetuning() => new(
        "finetuning journal", [Utf8("{\"event\":\"step\",\"epoch\":1,\"step\":1,\"loss\":0.7,\"learningRate\":0.001}\n{\"event\":\"epoch\",\"epoch\":1,\"step\":1,\"loss\":\"NaN\",\"measure\":\"accuracy\",\"score\":0.5,\"rowsPerSecond\":90}\n{\"event\":\"end\",\"epoch\":1,\"step\":1,\"temperature\":1.2}\n")],
        (folder, input) =>
        {
            Put(folder, FinetuningJournal.FileName, input);
            FinetuningLine[] before = [.. FinetuningJournal.Read(folder).TakeWhile(line => line.Event != FinetuningJournal.End)];
            var next = new FinetuningLine { Event = FinetuningJournal.Step, Epoch = 9, Step = 9 };
            using (FinetuningJournal journal = FinetuningJournal.Open(folder, int.MaxValue))
                journal.Write(next);
            if (!FinetuningJournal.Read(folder).SequenceEqual([.. before, next]))
                throw new InvalidOperationException("A line was lost, or the next one cannot be read.");
        },
        input => Has(input, "{\"event\"", "\"step\""))
    {
        Words = ["{\"event\":\"end\",\"step\":1}\n", "null", "\n", "\r\n", "\ufeff", "\0", "\"NaN\"", "{", "}", "9223372036854775808"],
        Refusals = [],
    };

    private static FuzzTarget Trials() => new(
        "trials journal", [Utf8("{\"trial\":{\"learningRate\":5E-05,\"batchSize\":16,\"epochs\":3,\"seed\":1},\"score\":0.5,\"scores\":{\"SST-2\":{\"Accuracy\":0.5}},\"loss\":0.25,\"steps\":9,\"seconds\":1.5}\n{\"trial\":{\"learningRate\":3E-05,\"batchSize\":16,\"epochs\":3,\"seed\":2},\"score\":null,\"error\":\"diverged\"}\n")],
        (folder, input) =>
        {
            Put(folder, "trials/trials.jsonl", input);
            using var store = new GlueTrialStore(Path.Combine(folder, "trials"));
            foreach (GlueTrial trial in store.Results.Keys)
                store.ModelFolder(trial);
            if (store.Results.Count != GlueTrialStore.Done(Path.Combine(folder, "trials")).Count)
                throw new InvalidOperationException("What goes on is not what was read.");
        },
        input => Has(input, "{\"trial\"", "seed"))
    {
        Words = ["null", "{}", "\n", "\"trial\":null", "\"scores\":null", "\"Accuracy\":", "\"F1\"", "-1", "1e999", "\"error\":null"],
        Refusals = [],
    };
}
