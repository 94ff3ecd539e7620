using System.Globalization;
using AcademicBert.Modeling;
using AcademicBert.Native;

namespace AcademicBert.Cli.Doctor;

/// <summary>What would make training faster, or larger models possible, from what a machine has.</summary>
internal static class Advice
{
    private const long SmallMemory = 4L << 30, SmallDisk = 5L << 30;

    /// <summary>One line for each.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="engine">What is computed with; null where it cannot be used.</param>
    public static IEnumerable<string> On(Machine machine, ComputeEngine? engine)
    {
        ComputeDevice? cpu = engine?.Devices[0];
        if (cpu is { HasFusedKernels: false })
            yield return cpu.Kernels.Contains("off", StringComparison.Ordinal)
                ? "The fused kernels are switched off: unset ACADEMICBERT_KERNELS; training is 2 to 4 times as fast with them."
                : "The fused kernels are missing: install CMake and a C++17 compiler and build again, or use the package for Linux x64; training is 2 to 4 times as fast with them.";
        else if (cpu is { Products: ElementType.Float32 })
            yield return "This processor does not multiply bf16 (AVX512_BF16 or AMX_BF16); one that does trains about twice as fast.";
        if (engine is { Devices.Count: 1 } && machine.Gpus.Count > 0)
            yield return $"There is a GPU ({machine.Gpus[0]}), but this libtorch is one for CPUs: set ACADEMICBERT_LIBTORCH to the lib folder of a PyTorch with CUDA (in a clone: build with -p:AcademicBertTorch=cuda).";
        foreach (ComputeDevice gpu in engine?.Devices.Skip(1).Where(device => !device.HasFusedKernels) ?? [])
            yield return $"{gpu.Name} uses {gpu.Kernels}; with the fused kernels it is faster.";
        if (engine is not null && engine.Threads < machine.Processors)
            yield return $"{engine.Threads} of {machine.Processors} processors are used: unset OMP_NUM_THREADS, or set --threads.";
        if (machine.Limits.Processors is { } quota && quota < machine.Processors)
            yield return string.Create(CultureInfo.InvariantCulture, $"The control group allows {quota:0.##} processors' worth of time for {machine.Processors} processors: set --threads {Math.Max(1, (int)quota)}.");
        if (new[] { machine.Memory, machine.FreeMemory, machine.Limits.Memory }.Min() is { } memory and < SmallMemory)
            yield return string.Create(CultureInfo.InvariantCulture, $"{memory / 1e9:F1} GB of memory are enough for small models only: lower --microBatchSize and --model.hiddenSize, or free some.");
        if (machine.FreeDisk is { } disk and < SmallDisk)
            yield return string.Create(CultureInfo.InvariantCulture, $"{disk / 1e9:F1} GB are free in the current folder; a run of BERT-base keeps 5 GB of checkpoints: use another disk for --run, or lower --keepCheckpoints.");
    }
}
