using AcademicBert.Modeling;
using AcademicBert.Native.Cuda;

namespace AcademicBert.Pretraining;

/// <summary>The largest micro-batch that fits.</summary>
internal static class MicroBatch
{
    /// <summary>What a CPU takes: larger ones are no faster there.</summary>
    public const int OnCpu = 32;

    // What libtorch's matrix products and its allocator take besides, and a tenth for fragments.
    private const long Reserve = 512L << 20;
    private const double Usable = 0.9;
    private const int BytesOfMoments = 8, Granularity = 8;

    /// <summary>The micro-batch of a model whose parameters are on their device already.</summary>
    public static int Of(BertModel model, PretrainingOptions options, long length)
    {
        if (model.Parameters.Kernels is not CudaKernels cuda)
            return Math.Min(OnCpu, options.BatchSize);
        double free = (cuda.Device.FreeMemory - Reserve - BytesOfMoments * model.Parameters.Values.numel()) * Usable;
        return Largest(options.BatchSize, rows => model.BytesFor(rows, length, options.Masking.MaskRate)!.Value <= free);
    }

    /// <summary>The largest number of rows that fits, evened out over the micro-batches of a global batch; 1 where nothing fits.</summary>
    /// <param name="batchSize">Rows of a global batch.</param>
    /// <param name="fits">Whether so many rows fit; true up to some number.</param>
    public static int Largest(int batchSize, Func<int, bool> fits)
    {
        int low = 1, high = batchSize;
        while (low < high)
        {
            int middle = low + (high - low + 1) / 2;
            (low, high) = fits(middle) ? (middle, high) : (low, middle - 1);
        }

        int turns = (batchSize + low - 1) / low, even = (batchSize + turns - 1) / turns;
        int rounded = (even + Granularity - 1) / Granularity * Granularity;
        return rounded <= low ? rounded : even;
    }
}
