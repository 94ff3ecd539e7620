namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void ResidualNormForward(
        ElementType type, nint x_RC, nint bias_C, nint residual_RC, nint sum_RC, NormPointers norm, nint normed_RC, nint normedStream_RC, nint statistics_R2, RowBlock block,
        DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, long, long, long, int, DropoutDecisions*, void>)_table.ResidualNormForward[type])(
            x_RC, bias_C, residual_RC, sum_RC, norm.Weight, norm.Shift, normed_RC, normedStream_RC, statistics_R2, block.Rows, block.Columns, block.RowsOfSample, norm.IsRootMeanSquare ? 1 : 0, &dropout);

    /// <inheritdoc/>
    public void ResidualNormBackward(
        ElementType type, nint dnormed_RC, nint dnormedStream_RC, nint sum_RC, nint statistics_R2, NormPointers norm, nint dsum_RC, bool accumulate, nint dx_RC, nint dbias_C, NormPointers dnorm,
        nint scratch, RowBlock block, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, int, nint, nint, nint, nint, nint, long, long, long, int, DropoutDecisions*, void>)_table.ResidualNormBackward[type])(
            dnormed_RC, dnormedStream_RC, sum_RC, statistics_R2, norm.Weight, dsum_RC, accumulate ? 1 : 0, dx_RC, dbias_C, dnorm.Weight, dnorm.Shift, scratch,
            block.Rows, block.Columns, block.RowsOfSample, norm.IsRootMeanSquare ? 1 : 0, &dropout);

    /// <inheritdoc/>
    public void StreamDropout(nint from_RC, nint to_RC, RowBlock block, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, long, long, long, DropoutDecisions*, void>)_table.StreamDropout)(from_RC, to_RC, block.Rows, block.Columns, block.RowsOfSample, &dropout);
}
