namespace AcademicBert.Native.Cuda;

/// <summary>The fused kernels of a CUDA device. They take fp32, bf16 and fp16.</summary>
public sealed unsafe partial class CudaKernels : IKernels
{
    private const int Warp = 32, Vector = 8, ThreadsOfBlock = 256;
    private const long ScratchOfColumnSums = 1 << 20;

    /// <param name="device">Where they run.</param>
    /// <exception cref="EntryPointNotFoundException">The device's module lacks a kernel.</exception>
    public CudaKernels(ICudaDevice device)
    {
        Device = device;
        _biasGeluForward = new(device, "bias_gelu_forward");
        _biasGeluBackward = new(device, "bias_gelu_backward");
        _gatedGeluForward = new(device, "gated_gelu_forward");
        _gatedGeluBackward = new(device, "gated_gelu_backward");
        _residualNormForward = new(device, "residual_norm_forward");
        _residualNormBackward = new(device, "residual_norm_backward");
        _attentionSoftmaxForward = new(device, "attention_softmax_forward");
        _attentionSoftmaxBackward = new(device, "attention_softmax_backward");
        _splitHeads = new(device, "split_heads");
        _mergeHeads = new(device, "merge_heads");
        _crossEntropy = new(device, "cross_entropy");
        _columnSum = new(device, "column_sum");
        _addInto = new(device, "add_into");
        _round = new(device, "round_to");
        _gatherRows = new(device, "gather_rows");
        _scatterRows = new(device, "scatter_rows");
        if (HasTensorCores(device))
            (_fusedAttentionForward, _fusedAttentionBackward) = (new(device, "fused_attention_forward", hasFp32: false), new(device, "fused_attention_backward", hasFp32: false));
        _partialSum = device.Find("partial_sum_kernel");
        _streamDropout = device.Find("stream_dropout_kernel");
        _lossSum = device.Find("loss_sum_kernel");
        _embeddingForward = device.Find("embedding_forward_kernel");
        _wordPieces = device.Find("word_pieces_kernel");
        _wordEdges = device.Find("word_edges_kernel");
        _embeddingPositions = device.Find("embedding_positions_kernel");
        _squaredNorm = device.Find("squared_norm_kernel");
        _adamW = device.Find("adamw_kernel");
    }

    private readonly KernelSet _biasGeluForward, _biasGeluBackward, _gatedGeluForward, _gatedGeluBackward, _residualNormForward, _residualNormBackward, _attentionSoftmaxForward, _attentionSoftmaxBackward;
    private readonly KernelSet _splitHeads, _mergeHeads, _crossEntropy, _columnSum, _addInto, _round, _gatherRows, _scatterRows, _fusedAttentionForward, _fusedAttentionBackward;
    private readonly nint _partialSum, _streamDropout, _lossSum, _embeddingForward, _wordPieces, _wordEdges, _embeddingPositions, _squaredNorm, _adamW;

    /// <summary>Where they run.</summary>
    public ICudaDevice Device { get; }

    /// <inheritdoc/>
    public string Variant => Device.Target;

    /// <inheritdoc/>
    public int LongestAttention => 4096;

    /// <inheritdoc/>
    public int WidestNorm => 4096;

    /// <inheritdoc/>
    // Enough blocks for the largest GPU, and partial sums that stay in its cache.
    public int Chunks(long columns) => (int)Math.Clamp(ScratchOfColumnSums / columns, 32, 512);

    private void Launch<T>(nint kernel, Grid grid, T arguments)
        where T : unmanaged
    {
        if (grid is { X: > 0, Y: > 0 })
            Device.Launch(kernel, grid, &arguments);
    }

    /// <summary>A kernel for each type of activations.</summary>
    private readonly struct KernelSet(ICudaDevice device, string name, bool hasFp32 = true)
    {
        private readonly nint _fp32 = hasFp32 ? device.Find(name + "_f32") : 0, _bf16 = device.Find(name + "_bf16"), _fp16 = device.Find(name + "_f16");

        public nint this[ElementType type] => type switch
        {
            ElementType.Float32 => _fp32,
            ElementType.BFloat16 => _bf16,
            _ => _fp16,
        };
    }

    /// <summary>How rows lie over threads: see Support/Rows.h.</summary>
    private readonly struct RowGroups
    {
        public RowGroups(long columns)
        {
            long vectors = Count(columns, Vector);
            Lanes = vectors <= Warp / 2 ? Warp / 2 : (int)Count(vectors, Warp) * Warp;
            Threads = Lanes <= Warp ? 4 * Warp : Lanes;
        }

        public int Lanes { get; }

        public int Threads { get; }

        public int RowsOfBlock => Threads / Lanes;

        public Grid ForEach(long rows) => new(Count(rows, RowsOfBlock), 1, Threads);
    }

    /// <summary>Blocks for matrices whose threads have eight columns each, and rows in turn.</summary>
    private static Grid ColumnGrid(long columns, long rowTurns)
    {
        int threads = (int)Math.Min(ThreadsOfBlock, Count(Count(columns, Vector), Warp) * Warp);
        return new Grid(Count(columns, (long)threads * Vector), rowTurns, threads);
    }

    /// <summary>Blocks that go over a flat array eight elements at a time.</summary>
    private static Grid FlatGrid(long count) => new(Math.Min(Count(count, Vector * ThreadsOfBlock), 2048), 1, ThreadsOfBlock);

    /// <summary>A block for each row.</summary>
    private static Grid RowGrid(long rows, long columns) => new(rows, 1, (int)Math.Clamp(Count(Count(columns, Vector), Warp) * Warp, Warp, ThreadsOfBlock));

    private static long Count(long of, long each) => (of + each - 1) / each;
}
