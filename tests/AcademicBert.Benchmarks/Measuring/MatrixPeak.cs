using System.Diagnostics;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Measuring;

/// <summary>The most floating-point operations a second that libtorch's matrix products reach here: the fastest of a fixed list of shapes.</summary>
internal sealed class MatrixPeak : IDisposable
{
    private static readonly (long M, long K, long N)[] s_shapes = [(4096, 4096, 4096), (4096, 256, 1024), (4096, 1024, 256), (1024, 768, 3072), (1024, 3072, 768), (2048, 2048, 2048)];

    private readonly List<(double Flops, Tensor A, Tensor B, Tensor C)> _products = [];

    public MatrixPeak(ScalarType type)
    {
        foreach ((long m, long k, long n) in s_shapes)
            _products.Add((2.0 * m * k * n, (randn(m, k) * 0.1).to(type).DetachFromDisposeScope(), (randn(k, n) * 0.1).to(type).DetachFromDisposeScope(), empty(m, n, dtype: type).DetachFromDisposeScope()));
    }

    /// <summary>The best seen so far, in operations a second.</summary>
    public double Best { get; private set; }

    /// <summary>Runs each product once.</summary>
    public void Measure()
    {
        foreach ((double flops, Tensor a, Tensor b, Tensor c) in _products)
        {
            long start = Stopwatch.GetTimestamp();
            MatrixProduct.Into(c, a, b);
            Best = Math.Max(Best, flops / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor a, Tensor b, Tensor c) in _products)
        {
            a.Dispose();
            b.Dispose();
            c.Dispose();
        }
    }
}
