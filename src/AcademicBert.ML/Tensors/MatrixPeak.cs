using System.Collections.Concurrent;
using System.Diagnostics;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>The most floating-point operations a second that libtorch's matrix products reach here: the fastest of a list of shapes.</summary>
internal sealed class MatrixPeak : IDisposable
{
    private const int QuickRounds = 3;

    private static readonly (long M, long K, long N)[] s_shapes = [(4096, 4096, 4096), (4096, 256, 1024), (4096, 1024, 256), (1024, 768, 3072), (1024, 3072, 768), (2048, 2048, 2048)];
    private static readonly (long M, long K, long N)[] s_quickShapes = [(1024, 768, 3072), (1024, 3072, 768)];
    private static readonly ConcurrentDictionary<(ScalarType Type, int Threads), Lazy<double>> s_quick = new();

    private readonly List<(double Flops, Tensor A, Tensor B, Tensor C)> _products = [];

    /// <param name="type">Type of the matrices.</param>
    public MatrixPeak(ScalarType type)
        : this(type, s_shapes)
    {
    }

    private MatrixPeak(ScalarType type, (long M, long K, long N)[] shapes)
    {
        using var scope = NewDisposeScope();
        foreach ((long m, long k, long n) in shapes)
            _products.Add((2.0 * m * k * n, (randn(m, k) * 0.1).to(type).DetachFromDisposeScope(), (randn(k, n) * 0.1).to(type).DetachFromDisposeScope(), empty(m, n, dtype: type).DetachFromDisposeScope()));
    }

    /// <summary>The best seen so far, in operations a second.</summary>
    public double Best { get; private set; }

    /// <summary>A measurement of about a tenth of a second, made once in a process for each type and number of threads.</summary>
    public static double Quick(ScalarType type) => s_quick.GetOrAdd((type, get_num_threads()), key => new Lazy<double>(() =>
    {
        using var peak = new MatrixPeak(key.Type, s_quickShapes);
        for (int round = 0; round < QuickRounds; round++)
            peak.Measure();
        return peak.Best;
    })).Value;

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

    /// <inheritdoc/>
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
