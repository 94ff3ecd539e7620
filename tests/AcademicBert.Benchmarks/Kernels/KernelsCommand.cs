using System.CommandLine;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Kernels;

/// <summary><c>kernels</c>: each fused kernel against libtorch's operations.</summary>
internal static class KernelsCommand
{
    public static Command Make()
    {
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => Math.Min(2, Environment.ProcessorCount) }, rounds = new("--rounds") { DefaultValueFactory = _ => 15 };
        var command = new Command("kernels", "Each fused kernel, forward and backward, against libtorch's operations and against memory.") { threads, rounds };
        command.SetAction(arguments =>
        {
            set_num_threads(arguments.GetValue(threads));
            using var benchmark = new KernelsBenchmark(arguments.GetValue(rounds));
            benchmark.Run();
        });
        return command;
    }
}
