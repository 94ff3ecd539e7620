using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Benchmarks.Step;
using AcademicBert.Modeling;

namespace AcademicBert.Benchmarks.Ranks;

/// <summary><c>ranks</c>: two ranks of one thread against one process of two, in turn, and what their exchange costs.</summary>
internal static class RanksCommand
{
    private const int Ranks = 2;

    // Micro-batches of a step that the cost of the exchange is stated for.
    private const int StatedAccumulation = 16;

    public static Command Make()
    {
        Option<int> layers = Number("--layers", 4), hidden = Number("--hidden", 256), heads = Number("--heads", 4), feedForward = Number("--ffn", 1024), vocabulary = Number("--vocab", 30522);
        Option<int> batch = Number("--batch", 16), length = Number("--seq", 128), accumulation = Number("--accumulation", 8), steps = Number("--steps", 3), rounds = Number("--rounds", 3);
        Option<bool> worker = new("--worker") { Description = "Be a rank, as the command starts them.", Hidden = true }, exchange = new("--exchangeOnly") { Description = "Leave out the process of two threads." };
        var command = new Command("ranks", "Data parallel training over MPI on this machine: needs mpirun.") { layers, hidden, heads, feedForward, vocabulary, batch, length, accumulation, steps, rounds, worker, exchange };
        command.SetAction(arguments =>
        {
            var settings = new StepSettings
            {
                Layers = arguments.GetValue(layers), Hidden = arguments.GetValue(hidden), Heads = arguments.GetValue(heads), FeedForward = arguments.GetValue(feedForward), Vocabulary = arguments.GetValue(vocabulary),
                Batch = arguments.GetValue(batch), Length = arguments.GetValue(length), Threads = 1, Rounds = arguments.GetValue(rounds), Precision = ComputePrecision.Auto,
                Device = TorchSharp.torch.CPU, MicroBatch = arguments.GetValue(batch), Recompute = false,
            };
            if (arguments.GetValue(worker))
                RankWorker.Run(settings, arguments.GetValue(accumulation), arguments.GetValue(steps));
            else
                Compare(settings.Rounds, arguments.GetValue(exchange), [.. Environment.GetCommandLineArgs()[1..], "--worker"]);
        });
        return command;

        static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
    }

    private static void Compare(int rounds, bool exchangeOnly, string[] arguments)
    {
        var alone = new List<JsonNode>();
        var together = new List<JsonNode>();
        string program = typeof(RanksCommand).Assembly.Location;
        for (int round = 0; round < rounds; round++)
        {
            if (!exchangeOnly)
                alone.Add(Start(Ranks, "dotnet", [program, .. arguments]));
            together.Add(Start(1, "mpirun", ["--allow-run-as-root", "--oversubscribe", "--bind-to", "core", "-np", $"{Ranks}", "dotnet", program, .. arguments]));
        }

        double micro = Median(together, "microBatchSeconds"), exchange = Median(together, "exchangeSeconds");
        var report = new Report();
        report.Add("a micro-batch on one thread", "microBatchMilliseconds", micro * 1e3, "F0", "ms");
        report.Add("exchange of the gradients between two ranks, norm and update included", "exchangeMilliseconds", exchange * 1e3, "F1", "ms");
        report.Add($"share of the exchange in a step of {StatedAccumulation} micro-batches", "exchangeShare", exchange / (StatedAccumulation * micro + exchange), "P1", "");
        if (!exchangeOnly)
        {
            report.Add("two ranks of one thread", "samplesPerSecond", Median(together, "samplesPerSecond"), "F1", "samples/s");
            report.Add("one process of two threads", "samplesPerSecondAlone", Median(alone, "samplesPerSecond"), "F1", "samples/s");
            report.Add("two ranks over one process", "ratio", Median(together, "samplesPerSecond") / Median(alone, "samplesPerSecond"), "P0", "");
        }

        report.Print();
    }

    private static double Median(List<JsonNode> runs, string key) => Interleaved.Median([.. runs.Select(run => (double)run[key]!)]);

    /// <summary>Runs workers; returns what rank 0 has measured.</summary>
    private static JsonNode Start(int threads, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        start.Environment["DOTNET_PROCESSOR_COUNT"] = $"{threads}";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        // A terminal may be greeted before the figures.
        return process.ExitCode == 0 ? JsonNode.Parse(output[output.IndexOf('{')..])! : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }
}
