namespace AcademicBert.Native.Cpu;

/// <summary>Shape of a block of rows, and how many of them make a sample (dropout counts rows within one).</summary>
/// <param name="Rows">R.</param>
/// <param name="Columns">C.</param>
/// <param name="RowsOfSample">Rows of a sample.</param>
public readonly record struct RowBlock(long Rows, long Columns, long RowsOfSample);

/// <summary>A norm's parameters or their gradients, fp32. For RMSNorm the shift is 0.</summary>
/// <param name="Weight">Address of the weight, (C).</param>
/// <param name="Shift">Address of the bias, (C); 0 for RMSNorm.</param>
/// <param name="IsRootMeanSquare">Whether it is RMSNorm.</param>
public readonly record struct NormPointers(nint Weight, nint Shift, bool IsRootMeanSquare);

public sealed unsafe partial class CpuKernels
{
    /// <summary>sum = residual + dropout(x + bias); normed = norm(sum).</summary>
    /// <param name="type">Type of x and normed; bias, residual and sum are fp32.</param>
    /// <param name="x_RC">Output of a matrix product; 0: nothing.</param>
    /// <param name="bias_C">Its bias; 0: none.</param>
    /// <param name="residual_RC">What is added; 0: nothing.</param>
    /// <param name="sum_RC">Receives the sum; may be the residual.</param>
    /// <param name="norm">Weight and shift.</param>
    /// <param name="normed_RC">Receives the norm of the sum; 0: none is wanted.</param>
    /// <param name="normedStream_RC">Receives the same in fp32; 0: not wanted.</param>
    /// <param name="statistics_R2">Receives mean and reciprocal deviation of each row, for the backward pass.</param>
    /// <param name="block">The shape.</param>
    /// <param name="dropout">The decisions.</param>
    public void ResidualNormForward(
        ElementType type, nint x_RC, nint bias_C, nint residual_RC, nint sum_RC, NormPointers norm, nint normed_RC, nint normedStream_RC, nint statistics_R2, RowBlock block,
        DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, long, long, long, int, DropoutDecisions*, void>)_table.ResidualNormForward[type])(
            x_RC, bias_C, residual_RC, sum_RC, norm.Weight, norm.Shift, normed_RC, normedStream_RC, statistics_R2, block.Rows, block.Columns, block.RowsOfSample, norm.IsRootMeanSquare ? 1 : 0, &dropout);

    /// <summary>Gradients of <see cref="ResidualNormForward"/>: of the sum (and with it of the residual), of x, and added to those of bias and norm.</summary>
    /// <param name="type">Type of x and normed.</param>
    /// <param name="dnormed_RC">Gradient of normed; 0: none.</param>
    /// <param name="dnormedStream_RC">A second part of it, fp32; 0: none. Without either there was no norm.</param>
    /// <param name="sum_RC">The sum.</param>
    /// <param name="statistics_R2">The statistics of the forward pass.</param>
    /// <param name="norm">Weight and shift.</param>
    /// <param name="dsum_RC">Gradient of the sum: what comes in from elsewhere if <paramref name="accumulate"/>, the whole of it afterwards.</param>
    /// <param name="accumulate">Whether something comes in.</param>
    /// <param name="dx_RC">Receives the gradient of x; 0: it is not wanted, and neither is the bias's.</param>
    /// <param name="dbias_C">Gradient of the bias; 0: there is none.</param>
    /// <param name="dnorm">Gradients of weight and shift.</param>
    /// <param name="scratch">Room for 3 × <see cref="Chunks"/> × C floats.</param>
    /// <param name="block">The shape.</param>
    /// <param name="dropout">The decisions of the forward pass.</param>
    public void ResidualNormBackward(
        ElementType type, nint dnormed_RC, nint dnormedStream_RC, nint sum_RC, nint statistics_R2, NormPointers norm, nint dsum_RC, bool accumulate, nint dx_RC, nint dbias_C, NormPointers dnorm,
        nint scratch, RowBlock block, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, int, nint, nint, nint, nint, nint, long, long, long, int, DropoutDecisions*, void>)_table.ResidualNormBackward[type])(
            dnormed_RC, dnormedStream_RC, sum_RC, statistics_R2, norm.Weight, dsum_RC, accumulate ? 1 : 0, dx_RC, dbias_C, dnorm.Weight, dnorm.Shift, scratch,
            block.Rows, block.Columns, block.RowsOfSample, norm.IsRootMeanSquare ? 1 : 0, &dropout);

    /// <summary>Dropout of a block of fp32; the same call gives its gradient. The result may overwrite the input.</summary>
    public void StreamDropout(nint from_RC, nint to_RC, RowBlock block, DropoutDecisions dropout) =>
        ((delegate* unmanaged<nint, nint, long, long, long, DropoutDecisions*, void>)_table.StreamDropout)(from_RC, to_RC, block.Rows, block.Columns, block.RowsOfSample, &dropout);
}
