using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AcademicBert.Distributed;

/// <summary>Sums buffers of all ranks in the order of the ranks, in fp32, rounded once at the end: the bits do not depend on who sums or on how many threads.</summary>
internal static unsafe class RankSum
{
    private const int ChunkLength = 1 << 14;

    /// <summary>into = the sum of the sources; may be one of them.</summary>
    public static void Sum(nint into, nint[] sources, long count, BufferType type) =>
        Parallel.For(0, (count + ChunkLength - 1) / ChunkLength, chunk =>
        {
            long begin = chunk * ChunkLength;
            int length = (int)Math.Min(ChunkLength, count - begin);
            nint offset = (nint)(begin * BufferCollectives.BytesOf(type));
            Span<float> sum = stackalloc float[length], next = stackalloc float[type == BufferType.Float32 ? 0 : length];
            Read(sources[0] + offset, sum, type);
            for (int rank = 1; rank < sources.Length; rank++)
            {
                ReadOnlySpan<float> values = type == BufferType.Float32 ? new ReadOnlySpan<float>((void*)(sources[rank] + offset), length) : Read(sources[rank] + offset, next, type);
                TensorPrimitives.Add(sum, values, sum);
            }

            Write(sum, into + offset, type);
        });

    private static ReadOnlySpan<float> Read(nint from, Span<float> into, BufferType type)
    {
        if (type == BufferType.Float32)
            new ReadOnlySpan<float>((void*)from, into.Length).CopyTo(into);
        else if (type == BufferType.Float16)
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((void*)from, into.Length), into);
        else
            Widen(new ReadOnlySpan<ushort>((void*)from, into.Length), MemoryMarshal.Cast<float, uint>(into));
        return into;
    }

    private static void Write(ReadOnlySpan<float> from, nint into, BufferType type)
    {
        if (type == BufferType.Float32)
            from.CopyTo(new Span<float>((void*)into, from.Length));
        else if (type == BufferType.Float16)
            TensorPrimitives.ConvertToHalf(from, new Span<Half>((void*)into, from.Length));
        else
            Narrow(MemoryMarshal.Cast<float, uint>(from), new Span<ushort>((void*)into, from.Length));
    }

    private static void Widen(ReadOnlySpan<ushort> from, Span<uint> into)
    {
        int i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(from[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(into[i..]);
            (high << 16).CopyTo(into[(i + Vector<uint>.Count)..]);
        }

        for (; i < from.Length; i++)
            into[i] = (uint)from[i] << 16;
    }

    /// <summary>To nearest even; a NaN stays one.</summary>
    private static void Narrow(ReadOnlySpan<uint> from, Span<ushort> into)
    {
        int i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Vector.Narrow(Rounded(new Vector<uint>(from[i..])), Rounded(new Vector<uint>(from[(i + Vector<uint>.Count)..]))).CopyTo(into[i..]);
        for (; i < from.Length; i++)
            into[i] = (ushort)Rounded(new Vector<uint>(from[i]))[0];
    }

    private static Vector<uint> Rounded(Vector<uint> bits)
    {
        Vector<uint> rounded = (bits + new Vector<uint>(0x7fff) + ((bits >>> 16) & Vector<uint>.One)) >>> 16;
        Vector<uint> isNaN = Vector.GreaterThan(bits & new Vector<uint>(0x7fffffff), new Vector<uint>(0x7f800000));
        return Vector.ConditionalSelect(isNaN, (bits >>> 16) | new Vector<uint>(0x40), rounded);
    }
}
