using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void ResidualNormForward(
        ElementType type, nint x_RC, nint bias_C, nint residual_RC, nint sum_RC, NormPointers norm, nint normed_RC, nint normedStream_RC, nint statistics_R2, RowBlock block,
        DropoutDecisions dropout)
    {
        var groups = new RowGroups(block.Columns);
        Launch(_residualNormForward[type], groups.ForEach(block.Rows), new ResidualNormArguments
        {
            X = x_RC, Bias = bias_C, Residual = residual_RC, Sum = sum_RC, Weight = norm.Weight, Shift = norm.Shift, Normed = normed_RC, NormedStream = normedStream_RC, Statistics = statistics_R2,
            Block = block, RootMeanSquare = norm.IsRootMeanSquare ? 1 : 0, Lanes = groups.Lanes, Dropout = dropout,
        });
    }

    /// <inheritdoc/>
    public void ResidualNormBackward(
        ElementType type, nint dnormed_RC, nint dnormedStream_RC, nint sum_RC, nint statistics_R2, NormPointers norm, nint dsum_RC, bool accumulate, nint dx_RC, nint dbias_C, NormPointers dnorm,
        nint scratch, RowBlock block, DropoutDecisions dropout)
    {
        var groups = new RowGroups(block.Columns);
        long blocks = Math.Max(1, ChunksOf(block.Rows, block.Columns) / groups.RowsOfBlock);
        Launch(_residualNormBackward[type], new Grid(blocks, 1, groups.Threads), new ResidualNormGradientArguments
        {
            Dnormed = dnormed_RC, DnormedStream = dnormedStream_RC, Sum = sum_RC, Statistics = statistics_R2, Weight = norm.Weight, Dsum = dsum_RC, Dx = dx_RC, Partial = scratch,
            Block = block, Accumulate = accumulate ? 1 : 0, RootMeanSquare = norm.IsRootMeanSquare ? 1 : 0, Lanes = groups.Lanes, Dropout = dropout,
        });
        AddPartialSums(scratch, blocks * groups.RowsOfBlock, block.Columns, dnorm.Weight, dnorm.Shift, dx_RC == 0 ? 0 : dbias_C);
    }

    /// <inheritdoc/>
    public void StreamDropout(nint from_RC, nint to_RC, RowBlock block, DropoutDecisions dropout)
    {
        var groups = new RowGroups(block.Columns);
        Launch(_streamDropout, groups.ForEach(block.Rows), new StreamDropoutArguments { From = from_RC, To = to_RC, Block = block, Lanes = groups.Lanes, Dropout = dropout });
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ResidualNormArguments
    {
        public nint X, Bias, Residual, Sum, Weight, Shift, Normed, NormedStream, Statistics;
        public RowBlock Block;
        public int RootMeanSquare, Lanes;
        public DropoutDecisions Dropout;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ResidualNormGradientArguments
    {
        public nint Dnormed, DnormedStream, Sum, Statistics, Weight, Dsum, Dx, Partial;
        public RowBlock Block;
        public int Accumulate, RootMeanSquare, Lanes;
        public DropoutDecisions Dropout;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct StreamDropoutArguments
    {
        public nint From, To;
        public RowBlock Block;
        public int Lanes;
        public DropoutDecisions Dropout;
    }
}
