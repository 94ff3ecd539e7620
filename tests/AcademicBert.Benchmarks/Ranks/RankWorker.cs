using System.Diagnostics;
using System.Text.Json.Nodes;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Benchmarks.Step;
using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Ranks;

/// <summary>Steps of a rank, or of a process alone: its share of a global batch, the exchange, the update.</summary>
internal static class RankWorker
{
    public static void Run(StepSettings settings, int accumulation, int steps)
    {
        using ProcessGroup ranks = Launch.Join();
        using var outer = NewDisposeScope();
        using BertModel model = BertModel.Create(settings.Config, HeadSpec.MaskedLanguageModel, seed: 1, precision: settings.Precision);
        using var optimizer = new ParallelOptimizer(model.Parameters, new AdamWOptions(), ranks, ranks.BuffersOn(CPU), new DistributedOptions());
        StepBatch batch = StepBatch.Of(settings);
        int share = accumulation / ranks.Size;
        var micro = new List<double>();
        var exchange = new List<double>();
        double seconds = 0;
        for (int step = -1; step < steps; step++)
        {
            long begun = Stopwatch.GetTimestamp();
            model.Parameters.ZeroGradients();
            for (int i = 0; i < share; i++)
                micro.Add(Time(() => model.AccumulateGradients(new EncoderInput(batch.Ids_BS), new MaskedTargets(batch.Positions_N, batch.Targets_N), new DropoutState(1, (uint)(step + 1), (ranks.Rank * share + i) * settings.Batch))));
            ranks.Barrier(); // waiting for the slower rank is no cost of the exchange
            double[] figures = [batch.Positions_N.numel() * share];
            double norm = 0;
            double reduced = Time(() => norm = optimizer.Reduce(figures) / figures[0]);
            double updated = Time(() => optimizer.Update(1e-4, 1 / figures[0], norm));
            if (step < 0)
            {
                micro.Clear();
                continue;
            }

            seconds += Stopwatch.GetElapsedTime(begun).TotalSeconds;
            // Both halves of the exchange, with the norm and the update that go on meanwhile.
            exchange.Add(reduced + updated);
        }

        if (ranks.IsRoot)
        {
            Console.WriteLine(new JsonObject
            {
                ["microBatchSeconds"] = Interleaved.Median([.. micro]),
                ["exchangeSeconds"] = Interleaved.Median([.. exchange]),
                ["samplesPerSecond"] = (double)accumulation * settings.Batch * steps / seconds,
            }.ToJsonString());
        }
    }

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
