using System.CommandLine;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;

namespace AcademicBert.Benchmarks.Device;

/// <summary><c>device</c>: whether a GPU, its libtorch and the kernels work together.</summary>
internal static class DeviceCommand
{
    public static Command Make()
    {
        Option<string> name = new("--device") { DefaultValueFactory = _ => "cuda" };
        var command = new Command("device", "Opens a GPU, loads the kernels and checks them against libtorch's operations; exit code 1 where they are not used.") { name };
        command.SetAction(arguments => Run(arguments.GetValue(name)!));
        return command;
    }

    private static int Run(string name)
    {
        TorchSharp.torch.Device device;
        CudaKernels kernels;
        try
        {
            device = DeviceSelection.Resolve(name);
            kernels = KernelSelection.For(device) as CudaKernels ?? throw new InvalidOperationException(KernelSelection.Describe(device));
        }
        catch (InvalidOperationException error)
        {
            Console.WriteLine(error.Message);
            return 1;
        }

        Console.WriteLine($"{kernels.Device.Name}, compute capability {kernels.Device.Capability / 10}.{kernels.Device.Capability % 10}, {kernels.Device.FreeMemory / 1e9:F1} GB free: {KernelSelection.Describe(device)}, checked");
        return 0;
    }
}
