namespace AcademicBert.Optimization;

/// <summary>
/// LAMB (You et al. 2020, algorithm 2) over one parameter tensor: the norms of values and update are summed over fixed chunks, so that
/// the result does not depend on the number of processors.
/// </summary>
internal static unsafe class LambKernel
{
    private const int ChunkLength = 1 << 15;

    public static void Update(float* values, float* gradients, float* first, float* second, long length, LambStep step)
    {
        int chunks = (int)((length + ChunkLength - 1) / ChunkLength);
        double[] valueSquares = new double[chunks], updateSquares = new double[chunks];
        (nint v, nint g, nint m, nint s) = ((nint)values, (nint)gradients, (nint)first, (nint)second);
        Parallel.For(0, chunks, chunk =>
        {
            double valueSquare = 0, updateSquare = 0;
            for (long i = (long)chunk * ChunkLength; i < Math.Min(length, (chunk + 1L) * ChunkLength); i++)
            {
                float gradient = ((float*)g)[i] * step.GradientScale;
                ((float*)m)[i] = ((float*)m)[i] * step.Beta1 + gradient * (1 - step.Beta1);
                ((float*)s)[i] = ((float*)s)[i] * step.Beta2 + gradient * gradient * (1 - step.Beta2);
                double update = step.Direction(((float*)v)[i], ((float*)m)[i], ((float*)s)[i]);
                valueSquare += (double)((float*)v)[i] * ((float*)v)[i];
                updateSquare += update * update;
            }

            (valueSquares[chunk], updateSquares[chunk]) = (valueSquare, updateSquare);
        });
        double valueNorm = Math.Sqrt(valueSquares.Sum()), updateNorm = Math.Sqrt(updateSquares.Sum());
        float size = step.LearningRate * (float)(valueNorm > 0 && updateNorm > 0 ? valueNorm / updateNorm : 1);
        Parallel.For(0, chunks, chunk =>
        {
            for (long i = (long)chunk * ChunkLength; i < Math.Min(length, (chunk + 1L) * ChunkLength); i++)
                ((float*)v)[i] -= size * step.Direction(((float*)v)[i], ((float*)m)[i], ((float*)s)[i]);
        });
    }
}

/// <summary>The numbers one LAMB update needs.</summary>
internal readonly record struct LambStep(float LearningRate, float GradientScale, float Beta1, float Beta2, float Epsilon, float InverseCorrection1, float InverseRootCorrection2, float Decay)
{
    /// <summary>The update number <paramref name="step"/>, counted from 1.</summary>
    public static LambStep Of(AdamWOptions options, long step, double learningRate, double gradientScale, bool decays) => new(
        (float)learningRate, (float)gradientScale, (float)options.Beta1, (float)options.Beta2, (float)options.Epsilon,
        (float)(1 / (1 - Math.Pow(options.Beta1, step))), (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step))), decays ? (float)options.WeightDecay : 0);

    /// <summary>The update of one value before it is scaled.</summary>
    public float Direction(float value, float mean, float square) =>
        mean * InverseCorrection1 / (MathF.Sqrt(square) * InverseRootCorrection2 + Epsilon) + Decay * value;
}
