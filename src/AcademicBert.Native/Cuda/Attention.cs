using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    private const int HeadThreads = 128;

    /// <inheritdoc/>
    public void AttentionSoftmaxForward(ElementType type, nint scores_BASS, nint dropped_BASS, nint lengths_B, AttentionShape shape, DropoutDecisions dropout)
    {
        var groups = new RowGroups(shape.Length);
        Launch(_attentionSoftmaxForward[type], groups.ForEach(Rows(shape)), new AttentionSoftmaxArguments
        {
            Scores = scores_BASS, Dropped = dropped_BASS, Lengths = lengths_B, Batch = shape.Batch, Heads = shape.Heads, Length = shape.Length, Scale = shape.Scale, Lanes = groups.Lanes, Dropout = dropout,
        });
    }

    /// <inheritdoc/>
    public void AttentionSoftmaxBackward(ElementType type, nint probabilities_BASS, nint gradient_BASS, nint dropped_BASS, AttentionShape shape, DropoutDecisions dropout)
    {
        var groups = new RowGroups(shape.Length);
        Launch(_attentionSoftmaxBackward[type], groups.ForEach(Rows(shape)), new AttentionSoftmaxArguments
        {
            Scores = probabilities_BASS, Dropped = gradient_BASS, Lengths = dropped_BASS, Batch = shape.Batch, Heads = shape.Heads, Length = shape.Length, Scale = shape.Scale, Lanes = groups.Lanes, Dropout = dropout,
        });
    }

    /// <inheritdoc/>
    public void SplitHeads(ElementType type, nint projected, nint bias, nint heads, AttentionShape shape) => Move(_splitHeads[type], projected, bias, heads, shape, 3);

    /// <inheritdoc/>
    public void MergeHeads(ElementType type, nint heads, nint merged, AttentionShape shape, int parts) => Move(_mergeHeads[type], heads, 0, merged, shape, parts);

    /// <inheritdoc/>
    public void PartHeads(ElementType type, nint merged, nint heads, AttentionShape shape) => Move(_splitHeads[type], merged, 0, heads, shape, 1);

    private void Move(nint kernel, nint from, nint bias, nint to, AttentionShape shape, int parts) =>
        Launch(kernel, new Grid(shape.Batch * shape.Length, 1, HeadThreads), new HeadsArguments
        {
            From = from, Bias = bias, To = to, Batch = shape.Batch, Length = shape.Length, Heads = shape.Heads, Size = shape.HeadSize, Parts = parts,
        });

    private static long Rows(AttentionShape shape) => shape.Batch * shape.Heads * shape.Length;

    // The gradient's struct has the same shape: probabilities, gradient, dropped.
    [StructLayout(LayoutKind.Sequential)]
    private struct AttentionSoftmaxArguments
    {
        public nint Scores, Dropped, Lengths;
        public long Batch, Heads, Length;
        public float Scale;
        public int Lanes;
        public DropoutDecisions Dropout;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct HeadsArguments
    {
        public nint From, Bias, To;
        public long Batch, Length, Heads, Size, Parts;
    }
}
