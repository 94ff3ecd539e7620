using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    private const int FusedTokens = 128, FusedHeadSize = 64, FusedThreads = 256;

    // Tiles of 128 tokens, whose rows have 8 elements more, and one of scores.
    private const int TileBytes = FusedTokens * (FusedHeadSize + 8) * sizeof(ushort), ScoreBytes = FusedTokens * (FusedTokens + 8) * sizeof(ushort);

    /// <inheritdoc/>
    public bool FusesAttention(ElementType type, AttentionShape shape) =>
        HasTensorCores(Device) && type != ElementType.Float32 && shape.HeadSize == FusedHeadSize && shape.Length <= FusedTokens;

    /// <inheritdoc/>
    public void FusedAttentionForward(ElementType type, nint projected_R3H, nint bias_3H, nint lengths_B, nint context_RH, nint logsums_BAS, AttentionShape shape, DropoutDecisions dropout) =>
        Launch(_fusedAttentionForward[type], FusedGrid(shape, 3 * TileBytes), new FusedAttentionArguments
        {
            Projected = projected_R3H, Bias = bias_3H, Lengths = lengths_B, Context = context_RH, Logsums = logsums_BAS, Heads = shape.Heads, Length = shape.Length, Scale = shape.Scale, Dropout = dropout,
        });

    /// <inheritdoc/>
    public void FusedAttentionBackward(
        ElementType type, nint projected_R3H, nint bias_3H, nint lengths_B, nint dcontext_RH, nint logsums_BAS, nint dprojected_R3H, AttentionShape shape, DropoutDecisions dropout) =>
        Launch(_fusedAttentionBackward[type], FusedGrid(shape, 3 * TileBytes + ScoreBytes), new FusedAttentionArguments
        {
            Projected = projected_R3H, Bias = bias_3H, Lengths = lengths_B, Logsums = logsums_BAS, Dcontext = dcontext_RH, Dprojected = dprojected_R3H,
            Heads = shape.Heads, Length = shape.Length, Scale = shape.Scale, Dropout = dropout,
        });

    // Products of bf16 and fp16 in the shape the kernels use came with Ampere.
    private static bool HasTensorCores(ICudaDevice device) => device.Capability >= 80;

    private static Grid FusedGrid(AttentionShape shape, int sharedBytes) => new(shape.Batch * shape.Heads, 1, FusedThreads, sharedBytes);

    [StructLayout(LayoutKind.Sequential)]
    private struct FusedAttentionArguments
    {
        public nint Projected, Bias, Lengths, Context, Logsums, Dcontext, Dprojected;
        public long Heads, Length;
        public float Scale;
        public DropoutDecisions Dropout;
    }
}
