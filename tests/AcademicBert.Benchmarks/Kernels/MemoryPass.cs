using System.Numerics;
using System.Runtime.CompilerServices;

namespace AcademicBert.Benchmarks.Kernels;

/// <summary>Reads four arrays and writes three of them in place, as AdamW does, with as little arithmetic as keeps the reads alive.</summary>
internal static unsafe class MemoryPass
{
    private const int ChunkLength = 1 << 15;

    public static void Run(float* values, float* gradients, float* first, float* second, long count)
    {
        (nint v, nint g, nint m, nint s) = ((nint)values, (nint)gradients, (nint)first, (nint)second);
        Parallel.For(0, (count + ChunkLength - 1) / ChunkLength, chunk =>
        {
            long begin = chunk * ChunkLength;
            int length = (int)Math.Min(ChunkLength, count - begin) / Vector<float>.Count * Vector<float>.Count;
            for (int i = 0; i < length; i += Vector<float>.Count)
            {
                nuint at = (nuint)(begin + i);
                Vector<float> gradient = Vector.LoadUnsafe(ref Unsafe.AsRef<float>((float*)g), at);
                foreach (nint array in (ReadOnlySpan<nint>)[v, m, s])
                {
                    ref float start = ref Unsafe.AsRef<float>((float*)array);
                    (Vector.LoadUnsafe(ref start, at) + gradient).StoreUnsafe(ref start, at);
                }
            }
        });
    }
}
