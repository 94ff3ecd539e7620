using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>Makes dropout masks as tensors of scale factors: 0 where a value is dropped.</summary>
internal static class DropoutMask
{
    private const int RowsPerHead = 65536;

    /// <summary>Applies dropout to hidden states (B, S, H).</summary>
    public static Tensor ApplyToHidden(Tensor hidden_BSH, double probability, DropoutState? dropout, int layer, DropoutSite site)
    {
        if (dropout is not { } state || probability == 0)
            return hidden_BSH;
        long length = hidden_BSH.shape[1];
        return hidden_BSH * Scales(hidden_BSH, probability, row => Row(state, layer, site, sample: row / length, (uint)(row % length)));
    }

    /// <summary>Applies dropout to attention probabilities (B, A, S, S).</summary>
    public static Tensor ApplyToAttention(Tensor probabilities_BASS, double probability, DropoutState? dropout, int layer)
    {
        if (dropout is not { } state || probability == 0)
            return probabilities_BASS;
        long heads = probabilities_BASS.shape[1], length = probabilities_BASS.shape[2];
        return probabilities_BASS * Scales(probabilities_BASS, probability, row =>
            Row(state, layer, DropoutSite.AttentionProbabilities, sample: row / (heads * length), (uint)(row / length % heads * RowsPerHead + row % length)));
    }

    /// <summary>Applies dropout to one vector a sample, (B, H).</summary>
    public static Tensor ApplyToPooled(Tensor pooled_BH, double probability, DropoutState? dropout, int layer) =>
        dropout is not { } state || probability == 0
            ? pooled_BH
            : pooled_BH * Scales(pooled_BH, probability, row => Row(state, layer, DropoutSite.Classifier, sample: row, 0));

    private static DropoutRow Row(DropoutState state, int layer, DropoutSite site, long sample, uint row) =>
        new(state.Seed, state.Step, row, (uint)(state.FirstSample + sample), (uint)(layer * 8 + (int)site));

    private static unsafe Tensor Scales(Tensor like, double probability, Func<long, DropoutRow> rowAt)
    {
        Tensor scales = empty(like.shape, dtype: float32);
        int columns = (int)like.shape[^1];
        long rows = scales.numel() / columns;
        nint data = TensorMemory.Pointer(scales);
        const int rowsPerTask = 64;
        Parallel.For(0, (rows + rowsPerTask - 1) / rowsPerTask, task =>
        {
            for (long row = task * rowsPerTask; row < Math.Min(rows, (task + 1) * rowsPerTask); row++)
                PhiloxDropout.FillScales(new Span<float>((float*)data + row * columns, columns), rowAt(row), probability);
        });
        return like.device_type == TorchSharp.DeviceType.CPU && like.dtype == float32 ? scales : scales.to(like.dtype, like.device);
    }
}
