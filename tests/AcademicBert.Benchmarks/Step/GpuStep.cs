using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Step;

/// <summary>A training step on a GPU against the peak of matrix products there. The peers are Python: peers/step.py.</summary>
internal static class GpuStep
{
    public static void Run(StepSettings settings)
    {
        var kernels = KernelSelection.For(settings.Device) as CudaKernels ?? throw new InvalidOperationException($"There are no fused kernels to measure: {KernelSelection.Describe(settings.Device)}.");
        using var outer = NewDisposeScope();
        StepBatch batch = StepBatch.Of(settings);
        long before = kernels.Device.FreeMemory;
        using var ours = new OurStep(settings, batch);
        for (int i = 0; i < 3; i++)
            ours.Step(batch);
        long used = before - kernels.Device.FreeMemory;
        ScalarType type = ComputeTypes.ScalarTypeOf(ours.ComputeType);
        using var peak = new MatrixPeak(type, settings.Device);
        double loss = 0;
        double[] seconds = Interleaved.Medians(settings.Rounds, () => loss = ours.Step(batch), peak.Measure);

        var report = new Report();
        Console.WriteLine($"{kernels.Device.Name}: L{settings.Layers} H{settings.Hidden} A{settings.Heads} F{settings.FeedForward}, vocabulary {settings.Vocabulary}, {settings.Batch}×{settings.Length} in micro-batches of {settings.MicroBatch}; {KernelSelection.Describe(settings.Device)}, {type}");
        report.Add("our step", "milliseconds", seconds[0] * 1e3, "F1", "ms");
        report.Add("samples a second", "samplesPerSecond", settings.Batch / seconds[0], "F1", "");
        report.Add("loss", "loss", loss, "F3", "");
        report.Add("memory of the model, its training state and libtorch", "memoryGigabytes", used / 1e9, "F2", "GB");
        report.Add("peak of matrix products", "peakTflops", peak.Best / 1e12, "F0", "TFLOP/s");
        report.Add("model FLOPs", "modelTflops", settings.ModelFlops / seconds[0] / 1e12, "F0", "TFLOP/s");
        report.Add("model FLOPs over the peak", "fractionOfPeak", settings.ModelFlops / seconds[0] / peak.Best, "P1", "");
        settings.AddTo(report);
        report.Print();
    }
}
