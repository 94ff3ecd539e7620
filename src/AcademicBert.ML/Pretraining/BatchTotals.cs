using AcademicBert.Masking;

namespace AcademicBert.Pretraining;

/// <summary>Sums over a global batch.</summary>
/// <param name="LossSum">Losses of all masked tokens.</param>
/// <param name="Masked">Masked tokens.</param>
/// <param name="Tokens">Real tokens.</param>
/// <param name="SquaredLengths">Squares of the samples' lengths.</param>
internal readonly record struct BatchTotals(double LossSum, long Masked, long Tokens, long SquaredLengths)
{
    /// <summary>The figures, to be summed over ranks; counts are exact in a double.</summary>
    public double[] Figures => [LossSum, Masked, Tokens, SquaredLengths];

    /// <summary>Totals from figures.</summary>
    public static BatchTotals Of(ReadOnlySpan<double> figures) => new(figures[0], (long)figures[1], (long)figures[2], (long)figures[3]);

    /// <summary>With a micro-batch and the sum of its losses.</summary>
    public BatchTotals With(MaskedBatch batch, double lossSum)
    {
        long tokens = 0, squares = 0;
        foreach (int length in batch.Lengths.AsSpan(0, batch.Rows))
        {
            tokens += length;
            squares += (long)length * length;
        }

        return new BatchTotals(LossSum + lossSum, Masked + batch.MaskedCount, Tokens + tokens, SquaredLengths + squares);
    }
}
