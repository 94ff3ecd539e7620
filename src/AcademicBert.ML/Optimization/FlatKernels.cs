using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AcademicBert.Optimization;

/// <summary>
/// Passes over flat fp32 buffers, in fixed chunks over all processors: the result does not depend on their number.
/// Memory-bound, so that vectorized C# is as fast as native code.
/// </summary>
internal static unsafe class FlatKernels
{
    private const int ChunkLength = 1 << 15;

    /// <summary>Euclidean norm, summed in double precision; not finite when an element is not.</summary>
    public static double Norm(float* values, long length)
    {
        double[] sums = new double[(length + ChunkLength - 1) / ChunkLength];
        nint address = (nint)values;
        Parallel.For(0, sums.Length, chunk =>
        {
            (long begin, int count) = Chunk(chunk, length);
            sums[chunk] = SquaredSum(new ReadOnlySpan<float>((float*)address + begin, count));
        });
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>One AdamW update of parameters [begin, begin + length).</summary>
    public static void AdamW(float* values, float* gradients, float* first, float* second, long length, AdamWStep step)
    {
        (nint v, nint g, nint m, nint s) = ((nint)values, (nint)gradients, (nint)first, (nint)second);
        Parallel.For(0, (length + ChunkLength - 1) / ChunkLength, chunk =>
        {
            (long begin, int count) = Chunk(chunk, length);
            AdamWChunk(
                new Span<float>((float*)v + begin, count), new ReadOnlySpan<float>((float*)g + begin, count),
                new Span<float>((float*)m + begin, count), new Span<float>((float*)s + begin, count), step);
        });
    }

    private static (long Begin, int Count) Chunk(long chunk, long length) =>
        (chunk * ChunkLength, (int)Math.Min(ChunkLength, length - chunk * ChunkLength));

    private static double SquaredSum(ReadOnlySpan<float> values)
    {
        Vector<double> sum = Vector<double>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out Vector<double> low, out Vector<double> high);
            sum += low * low + high * high;
        }
        double total = Vector.Sum(sum);
        for (; i < values.Length; i++)
            total += (double)values[i] * values[i];
        return total;
    }

    private static void AdamWChunk(Span<float> values, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, in AdamWStep step)
    {
        ref float v = ref MemoryMarshal.GetReference(values), m = ref MemoryMarshal.GetReference(first), s = ref MemoryMarshal.GetReference(second);
        ref float g = ref MemoryMarshal.GetReference(gradients);
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gradient = Load(ref g, i) * step.GradientScale, value = Load(ref v, i);
            Vector<float> mean = Load(ref m, i) * step.Beta1 + gradient * (1 - step.Beta1);
            Vector<float> square = Load(ref s, i) * step.Beta2 + gradient * gradient * (1 - step.Beta2);
            Vector<float> update = mean / (Vector.SquareRoot(square) * step.InverseRootCorrection2 + new Vector<float>(step.Epsilon));
            value = (value * step.DecayBefore - update * step.StepSize - value * step.DecayInside) * step.DecayAfter;
            Store(ref m, i, mean);
            Store(ref s, i, square);
            Store(ref v, i, value);
        }
        for (; i < values.Length; i++)
        {
            float gradient = gradients[i] * step.GradientScale, value = values[i];
            float mean = first[i] * step.Beta1 + gradient * (1 - step.Beta1);
            float square = second[i] * step.Beta2 + gradient * gradient * (1 - step.Beta2);
            float update = mean / (MathF.Sqrt(square) * step.InverseRootCorrection2 + step.Epsilon);
            (first[i], second[i]) = (mean, square);
            values[i] = (value * step.DecayBefore - update * step.StepSize - value * step.DecayInside) * step.DecayAfter;
        }
    }

    private static Vector<float> Load(ref float start, int index) => Vector.LoadUnsafe(ref start, (nuint)index);

    private static void Store(ref float start, int index, Vector<float> value) => value.StoreUnsafe(ref start, (nuint)index);
}

/// <summary>The numbers one AdamW update needs; the published variants differ only in these.</summary>
internal readonly record struct AdamWStep(
    float GradientScale, float Beta1, float Beta2, float Epsilon, float StepSize, float InverseRootCorrection2,
    float DecayBefore, float DecayInside, float DecayAfter)
{
    /// <summary>The update number <paramref name="step"/>, counted from 1.</summary>
    public static AdamWStep Of(AdamWOptions options, long step, double learningRate, double gradientScale, bool decays)
    {
        double decay = decays ? learningRate * options.WeightDecay : 0;
        double correction1 = 1 - Math.Pow(options.Beta1, step), rootCorrection2 = Math.Sqrt(1 - Math.Pow(options.Beta2, step));
        (double size, double inverseRoot, double before, double inside, double after) = options.Variant switch
        {
            AdamWVariant.Decoupled => (learningRate / correction1, 1 / rootCorrection2, 1 - decay, 0.0, 1.0),
            AdamWVariant.OriginalBert => (learningRate, 1.0, 1.0, decay, 1.0),
            AdamWVariant.DecayAfterUpdate => (learningRate * rootCorrection2 / correction1, 1.0, 1.0, 0.0, 1 - decay),
            AdamWVariant.DecayAfterUpdateUncorrected => (learningRate, 1.0, 1.0, 0.0, 1 - decay),
            _ => throw new InvalidOperationException($"Unknown variant {options.Variant}."),
        };
        return new AdamWStep((float)gradientScale, (float)options.Beta1, (float)options.Beta2, (float)options.Epsilon, (float)size, (float)inverseRoot, (float)before, (float)inside, (float)after);
    }
}
