using System.CommandLine;
using AcademicBert.Benchmarks.Measuring;

namespace AcademicBert.Benchmarks.Cluster;

/// <summary><c>cluster</c>: the table of docs/cluster.md, worked out and not measured.</summary>
internal static class ClusterCommand
{
    private static readonly (int Nodes, int Gpus)[] s_sizes = [(1, 1), (1, 2), (1, 4), (1, 8), (2, 8), (4, 8), (8, 8), (16, 8), (32, 8), (64, 8)];

    public static Command Make()
    {
        var model = new ClusterModel();
        Option<int> batch = new("--globalBatch") { Description = "Samples of a step.", DefaultValueFactory = _ => model.GlobalBatch };
        Option<double> card = new("--cardGigabytes") { Description = "Gigabytes a second of each GPU's network card.", DefaultValueFactory = _ => model.CardBytesPerSecond / 1e9 };
        var command = new Command("cluster", "A model of step time against GPUs and nodes; nothing is measured.") { batch, card };
        command.SetAction(arguments => Print(model with { GlobalBatch = arguments.GetValue(batch), CardBytesPerSecond = arguments.GetValue(card) * 1e9 }));
        return command;
    }

    private static void Print(ClusterModel model)
    {
        var report = new Report();
        double alone = Total(model, 1, 1);
        Console.WriteLine($"{model.Parameters / 1e6:F0} million parameters, {model.GlobalBatch} samples a step");
        foreach ((int nodes, int gpus) in s_sizes)
        {
            (double compute, double exchange, double update) = model.Step(nodes, gpus);
            double total = compute + exchange + update;
            report.Add(
                $"{nodes} × {gpus}", $"step{nodes}x{gpus}Milliseconds", total * 1e3, "F1", "ms",
                $"compute {compute * 1e3:F1}, exchange {exchange * 1e3:F1}, update {update * 1e3:F1} ms; {alone / total / (nodes * gpus):P0} of ideal");
        }

        report.Print();
    }

    private static double Total(ClusterModel model, int nodes, int gpus)
    {
        (double compute, double exchange, double update) = model.Step(nodes, gpus);
        return compute + exchange + update;
    }
}
