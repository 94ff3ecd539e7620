using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    /// <summary>Doubles of scratch memory that <see cref="SquaredNorm"/> needs.</summary>
    public const int NormScratch = 1024;

    /// <summary>Sum of squares of fp32 values, in double precision and a fixed order; not finite when one of them is not. Waits for it.</summary>
    /// <param name="values">The values.</param>
    /// <param name="count">How many.</param>
    /// <param name="scratch">Room for <see cref="NormScratch"/> doubles.</param>
    public double SquaredNorm(nint values, long count, nint scratch)
    {
        int blocks = (int)Math.Clamp(Count(count, Vector * ThreadsOfBlock), 1, NormScratch);
        Launch(_squaredNorm, new Grid(blocks, 1, ThreadsOfBlock), new SquaredNormArguments { Values = values, Partial = scratch, Count = count });
        Span<double> sums = stackalloc double[blocks];
        fixed (double* host = sums)
            Device.CopyToHost(scratch, (nint)host, blocks * sizeof(double));
        double total = 0;
        foreach (double sum in sums)
            total += sum;
        return total;
    }

    /// <summary>One AdamW update in place, all fp32.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <param name="decays">A byte for every sixteen parameters: whether they decay.</param>
    /// <param name="count">Number of parameters.</param>
    /// <param name="decaying">The numbers of the update where they do.</param>
    /// <param name="other">The numbers elsewhere.</param>
    public void AdamW(nint values, nint gradients, nint first, nint second, nint decays, long count, AdamWStep decaying, AdamWStep other) =>
        Launch(_adamW, FlatGrid(count), new AdamWArguments { Values = values, Gradients = gradients, First = first, Second = second, Decays = decays, Count = count, Decaying = decaying, Other = other });

    [StructLayout(LayoutKind.Sequential)]
    private struct SquaredNormArguments
    {
        public nint Values, Partial;
        public long Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AdamWArguments
    {
        public nint Values, Gradients, First, Second, Decays;
        public long Count;
        public AdamWStep Decaying, Other;
    }
}
