using System.Collections.Concurrent;
using System.Diagnostics;
using static TorchSharp.torch;

namespace AcademicBert.Tensors;

/// <summary>The most floating-point operations a second that libtorch's matrix products reach on a device: the fastest of a list of shapes.</summary>
internal sealed class MatrixPeak : IDisposable
{
    private const int QuickRounds = 3;

    private static readonly (long M, long K, long N)[] s_shapes = [(4096, 4096, 4096), (4096, 256, 1024), (4096, 1024, 256), (1024, 768, 3072), (1024, 3072, 768), (2048, 2048, 2048)];
    private static readonly (long M, long K, long N)[] s_quickShapes = [(1024, 768, 3072), (1024, 3072, 768)];
    private static readonly (long M, long K, long N)[] s_gpuShapes = [(8192, 8192, 8192), (32768, 1024, 4096), (32768, 4096, 1024), (32768, 1024, 3072), (16384, 8192, 8192)];
    private static readonly (long M, long K, long N)[] s_quickGpuShapes = [(8192, 4096, 4096), (16384, 1024, 4096)];
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<(ScalarType Type, string Device, int Threads), Known> s_known = new();

    private readonly Device _device;
    private readonly List<(double Flops, Tensor A, Tensor B, Tensor C)> _products = [];

    /// <param name="type">Type of the matrices.</param>
    /// <param name="device">Where they are; null for the CPU.</param>
    public MatrixPeak(ScalarType type, Device? device = null)
        : this(type, device ?? CPU, IsGpu(device) ? s_gpuShapes : s_shapes)
    {
    }

    private MatrixPeak(ScalarType type, Device device, (long M, long K, long N)[] shapes)
    {
        _device = device;
        using var scope = NewDisposeScope();
        foreach ((long m, long k, long n) in shapes)
            _products.Add((2.0 * m * k * n, (randn(m, k, device: device) * 0.1).to(type).DetachFromDisposeScope(), (randn(k, n, device: device) * 0.1).to(type).DetachFromDisposeScope(), empty(m, n, dtype: type, device: device).DetachFromDisposeScope()));
    }

    /// <summary>The best seen so far, in operations a second.</summary>
    public double Best { get; private set; }

    /// <summary>
    /// The best of measurements of about a tenth of a second in this process. On a CPU, which others may have kept busy, another is made where the last is
    /// older than a minute; on a GPU it would take memory that may be needed.
    /// </summary>
    public static double Quick(ScalarType type, Device device)
    {
        Known known = s_known.GetOrAdd((type, device.ToString(), get_num_threads()), _ => new Known());
        lock (known)
        {
            if (known.Best > 0 && (IsGpu(device) || Stopwatch.GetElapsedTime(known.MeasuredAt) < s_fresh))
                return known.Best;
            using var peak = new MatrixPeak(type, device, IsGpu(device) ? s_quickGpuShapes : s_quickShapes);
            for (int round = 0; round < QuickRounds; round++)
                peak.Measure();
            (known.Best, known.MeasuredAt) = (Math.Max(known.Best, peak.Best), Stopwatch.GetTimestamp());
            return known.Best;
        }
    }

    /// <summary>Runs each product once.</summary>
    public void Measure()
    {
        foreach ((double flops, Tensor a, Tensor b, Tensor c) in _products)
        {
            Synchronize();
            long start = Stopwatch.GetTimestamp();
            MatrixProduct.Into(c, a, b);
            Synchronize();
            Best = Math.Max(Best, flops / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    private void Synchronize()
    {
        if (IsGpu(_device))
            cuda.synchronize(_device);
    }

    private static bool IsGpu(Device? device) => device?.type == TorchSharp.DeviceType.CUDA;

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

    private sealed class Known
    {
        public double Best { get; set; }

        public long MeasuredAt { get; set; }
    }
}
