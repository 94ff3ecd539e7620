using System.CommandLine;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cpu;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Step;

/// <summary><c>step</c>: a pretraining step against TorchSharp and against the limit of matrix products.</summary>
internal static class StepCommand
{
    public static Command Make()
    {
        Option<int> layers = Number("--layers", 4), hidden = Number("--hidden", 256), heads = Number("--heads", 4), feedForward = Number("--ffn", 1024), vocabulary = Number("--vocab", 30522);
        Option<int> batch = Number("--batch", 32), length = Number("--seq", 128), threads = Number("--threads", Math.Min(2, Environment.ProcessorCount)), rounds = Number("--rounds", 5);
        Option<ComputePrecision> precision = new("--precision") { DefaultValueFactory = _ => ComputePrecision.Auto };
        Option<string> device = new("--device") { DefaultValueFactory = _ => "cpu" };
        Option<int> microBatch = Number("--microBatch", 0);
        Option<bool> recompute = new("--recompute");
        var command = new Command("step", "A training step: ours, a naive and a strong TorchSharp BERT, and the measured peak of matrix products, interleaved.") { layers, hidden, heads, feedForward, vocabulary, batch, length, threads, rounds, precision, device, microBatch, recompute };
        command.SetAction(arguments => Run(new StepSettings
        {
            Layers = arguments.GetValue(layers),
            Hidden = arguments.GetValue(hidden),
            Heads = arguments.GetValue(heads),
            FeedForward = arguments.GetValue(feedForward),
            Vocabulary = arguments.GetValue(vocabulary),
            Batch = arguments.GetValue(batch),
            Length = arguments.GetValue(length),
            Threads = arguments.GetValue(threads),
            Rounds = arguments.GetValue(rounds),
            Precision = arguments.GetValue(precision),
            Device = DeviceSelection.Resolve(arguments.GetValue(device)!),
            MicroBatch = arguments.GetValue(microBatch) is var rows and > 0 ? rows : arguments.GetValue(batch),
            Recompute = arguments.GetValue(recompute),
        }));
        return command;

        static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
    }

    private static void Run(StepSettings settings)
    {
        set_num_threads(settings.Threads);
        if (settings.OnGpu)
        {
            GpuStep.Run(settings);
            return;
        }

        bool bf16 = KernelSelection.Resolve(settings.Precision, KernelSelection.Cpu) == Native.ElementType.BFloat16;
        using var outer = NewDisposeScope();
        StepBatch batch = StepBatch.Of(settings);
        using var ours = new OurStep(settings, batch);
        using var naive = new TorchSharpBert(settings, TorchSharpVariant.Naive);
        using var strong = new TorchSharpBert(settings, TorchSharpVariant.Strong);
        using var peak = new MatrixPeak(bf16 ? bfloat16 : float32);
        double[] seconds = Interleaved.Medians(settings.Rounds, () => ours.Step(batch), () => naive.Step(batch), () => strong.Step(batch), peak.Measure);

        var report = new Report();
        Console.WriteLine($"L{settings.Layers} H{settings.Hidden} A{settings.Heads} F{settings.FeedForward}, vocabulary {settings.Vocabulary}, {settings.Batch}×{settings.Length}, {settings.Threads} threads; {KernelSelection.Description}, {(bf16 ? "bf16" : "fp32")}");
        report.Add("our step", "milliseconds", seconds[0] * 1e3, "F0", "ms");
        report.Add("naive TorchSharp: fp32, head on all tokens", "naiveMilliseconds", seconds[1] * 1e3, "F0", "ms");
        report.Add($"strong TorchSharp: {(CpuKernels.HasFastBFloat16 ? "bf16" : "fp32")}, head on masked tokens", "strongMilliseconds", seconds[2] * 1e3, "F0", "ms");
        report.Add("ours over naive", "ratio", seconds[1] / seconds[0], "F2", "×");
        report.Add("ours over strong", "ratioOverStrong", seconds[2] / seconds[0], "F2", "×");
        report.Add("samples a second", "samplesPerSecond", settings.Batch / seconds[0], "F1", "");
        report.Hide("naiveSamplesPerSecond", settings.Batch / seconds[1]);
        report.Add("peak of matrix products", "peakGflops", peak.Best / 1e9, "F0", "GFLOP/s");
        report.Add("model FLOPs over the peak", "fractionOfPeak", settings.ModelFlops / seconds[0] / peak.Best, "P0", "");
        settings.AddTo(report);
        report.Print();
    }
}
