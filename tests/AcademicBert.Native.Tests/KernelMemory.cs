using System.Runtime.InteropServices;
using AcademicBert.Native.Cuda;

namespace AcademicBert.Native.Tests;

/// <summary>
/// Native memory of a kernel's argument: filled with NaN until written, with guards before and behind it that no kernel may write to, nor,
/// where AddressSanitizer is loaded, read. For a GPU it is managed memory, which both sides address.
/// </summary>
internal sealed unsafe class KernelMemory : IDisposable
{
    private const int Guard = 256;
    private const byte GuardByte = 0xA5;

    [ThreadStatic]
    private static bool t_managed;

    private readonly ElementType _type;
    private readonly bool _managed = t_managed;
    private readonly long _count;
    private readonly byte* _memory;

    public KernelMemory(ElementType type, long count)
    {
        (_type, _count) = (type, count);
        byte* all = _managed ? Managed(Guard + Bytes + Guard) : (byte*)NativeMemory.AlignedAlloc((nuint)(Guard + Bytes + Guard), 64);
        _memory = all + Guard;
        new Span<byte>(_memory, (int)Bytes).Fill(0xFF);
        Before.Fill(GuardByte);
        Behind.Fill(GuardByte);
        if (_managed)
            return;
        AddressSanitizer.Poison(all, Guard);
        AddressSanitizer.Poison(_memory + Bytes, Guard);
    }

    public static KernelMemory Of(ElementType type, ReadOnlySpan<double> values)
    {
        var memory = new KernelMemory(type, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (type == ElementType.Float32)
                ((float*)memory._memory)[i] = (float)values[i];
            else
                ((ushort*)memory._memory)[i] = type == ElementType.BFloat16 ? Round((float)values[i]) : BitConverter.HalfToUInt16Bits((Half)(float)values[i]);
        }

        return memory;
    }

    /// <summary>Values drawn evenly between -1 and 1, times a scale.</summary>
    public static KernelMemory Random(ElementType type, long count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return Of(type, [.. Enumerable.Range(0, (int)count).Select(_ => (random.NextDouble() * 2 - 1) * scale)]);
    }

    public static KernelMemory Zeros(long count) => Of(ElementType.Float32, new double[count]);

    public static KernelMemory Integers(int[] values)
    {
        var memory = new KernelMemory(ElementType.Float32, values.Length);
        values.CopyTo(new Span<int>(memory._memory, values.Length));
        return memory;
    }

    /// <summary>Whether this thread's memory is for a GPU.</summary>
    public static bool IsManaged
    {
        set => t_managed = value;
    }

    public nint Address => (nint)_memory;

    private long Bytes => _count * _type.Size();

    private Span<byte> Before => new(_memory - Guard, Guard);

    private Span<byte> Behind => new(_memory + Bytes, Guard);

    /// <summary>The values as stored; fails if a guard was touched.</summary>
    public double[] Read()
    {
        Synchronize();
        Assert.IsFalse(Before.ContainsAnyExcept(GuardByte), "a kernel wrote before its output");
        Assert.IsFalse(Behind.ContainsAnyExcept(GuardByte), "a kernel wrote behind its output");
        double[] values = new double[_count];
        for (long i = 0; i < _count; i++)
            values[i] = _type switch
            {
                ElementType.Float32 => ((float*)_memory)[i],
                ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)_memory)[i] << 16),
                _ => (double)((Half*)_memory)[i],
            };
        return values;
    }

    /// <summary>The first eight bytes as a number in double precision.</summary>
    public double ReadDouble()
    {
        Synchronize();
        return *(double*)_memory;
    }

    public void Dispose()
    {
        byte* all = _memory - Guard;
        if (_managed)
        {
            CudaDriver.Check(CudaDriver.Free((nint)all), "freeing");
            return;
        }

        AddressSanitizer.Unpoison(all, Guard + Bytes + Guard);
        NativeMemory.AlignedFree(all);
    }

    /// <summary>A value as a type stores it.</summary>
    public static double Rounded(ElementType type, double value) => type switch
    {
        ElementType.Float32 => (float)value,
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)Round((float)value) << 16),
        _ => (double)(Half)(float)value,
    };

    /// <summary>To bf16, to nearest even.</summary>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)(bits >> 16 | 0x40) : (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    private static byte* Managed(long bytes)
    {
        const uint everywhere = 1;
        CudaDriver.Check(CudaDriver.AllocateManaged(out nint memory, (nuint)bytes, everywhere), "allocating");
        return (byte*)memory;
    }

    private void Synchronize()
    {
        if (_managed)
            CudaDriver.Check(CudaDriver.StreamSynchronize(0), "waiting for the GPU");
    }
}
