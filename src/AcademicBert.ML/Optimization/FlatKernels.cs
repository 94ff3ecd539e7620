using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AcademicBert.Native;

namespace AcademicBert.Optimization;

/// <summary>
/// Passes over flat fp32 buffers, in fixed chunks over all processors: the result does not depend on their number.
/// Memory-bound, so that vectorized C# is as fast as native code.
/// </summary>
internal static unsafe class FlatKernels
{
    private const int ChunkLength = 1 << 15;

    /// <summary>Sum of squares in double precision; not finite when an element is not.</summary>
    public static double SquaredSum(float* values, long length)
    {
        double[] sums = new double[(length + ChunkLength - 1) / ChunkLength];
        nint address = (nint)values;
        Parallel.For(0, sums.Length, chunk =>
        {
            (long begin, int count) = Chunk(chunk, length);
            sums[chunk] = SumOfSquares(new ReadOnlySpan<float>((float*)address + begin, count));
        });
        return sums.Sum();
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

    private static double SumOfSquares(ReadOnlySpan<float> values)
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
        Vector512<float> gradientScale = Vector512.Create(step.GradientScale), beta1 = Vector512.Create(step.Beta1), rest1 = Vector512.Create(1 - step.Beta1);
        Vector512<float> beta2 = Vector512.Create(step.Beta2), rest2 = Vector512.Create(1 - step.Beta2), epsilon = Vector512.Create(step.Epsilon), size = Vector512.Create(step.StepSize);
        Vector512<float> correction = Vector512.Create(step.InverseRootCorrection2), before = Vector512.Create(step.DecayBefore - step.DecayInside), after = Vector512.Create(step.DecayAfter), inGradient = Vector512.Create(step.DecayInGradient);
        int i = 0;
        for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            nuint at = (nuint)i;
            Vector512<float> value = Vector512.LoadUnsafe(ref v, at), gradient = Vector512.LoadUnsafe(ref g, at) * gradientScale + value * inGradient;
            Vector512<float> mean = Vector512.LoadUnsafe(ref m, at) * beta1 + gradient * rest1;
            Vector512<float> square = Vector512.LoadUnsafe(ref s, at) * beta2 + gradient * gradient * rest2;
            Vector512<float> update = mean / (Vector512.Sqrt(square) * correction + epsilon);
            mean.StoreUnsafe(ref m, at);
            square.StoreUnsafe(ref s, at);
            ((value * before - update * size) * after).StoreUnsafe(ref v, at);
        }

        for (; i < values.Length; i++)
        {
            float gradient = gradients[i] * step.GradientScale + values[i] * step.DecayInGradient;
            float mean = first[i] * step.Beta1 + gradient * (1 - step.Beta1);
            float square = second[i] * step.Beta2 + gradient * gradient * (1 - step.Beta2);
            float update = mean / (MathF.Sqrt(square) * step.InverseRootCorrection2 + step.Epsilon);
            (first[i], second[i]) = (mean, square);
            values[i] = (values[i] * (step.DecayBefore - step.DecayInside) - update * step.StepSize) * step.DecayAfter;
        }
    }
}

/// <summary>Makes the numbers of AdamW updates.</summary>
internal static class AdamWSteps
{
    /// <summary>The update number <paramref name="step"/>, counted from 1.</summary>
    public static AdamWStep Of(AdamWOptions options, long step, double learningRate, double gradientScale, bool decays)
    {
        double decay = decays ? learningRate * options.WeightDecay : 0;
        double correction1 = 1 - Math.Pow(options.Beta1, step), rootCorrection2 = Math.Sqrt(1 - Math.Pow(options.Beta2, step));
        (double size, double inverseRoot, double before, double inside, double after) = options.Variant switch
        {
            AdamWVariant.Adam => (learningRate / correction1, 1 / rootCorrection2, 1.0, 0.0, 1.0),
            AdamWVariant.Decoupled => (learningRate / correction1, 1 / rootCorrection2, 1 - decay, 0.0, 1.0),
            AdamWVariant.OriginalBert => (learningRate, 1.0, 1.0, decay, 1.0),
            AdamWVariant.DecayAfterUpdate => (learningRate * rootCorrection2 / correction1, 1.0, 1.0, 0.0, 1 - decay),
            AdamWVariant.DecayAfterUpdateUncorrected => (learningRate, 1.0, 1.0, 0.0, 1 - decay),
            _ => throw new InvalidOperationException($"Unknown variant {options.Variant}."),
        };
        return new AdamWStep((float)gradientScale, (float)options.Beta1, (float)options.Beta2, (float)options.Epsilon, (float)size, (float)inverseRoot, (float)before, (float)inside, (float)after, options.Variant == AdamWVariant.Adam && decays ? (float)options.WeightDecay : 0);
    }
}
