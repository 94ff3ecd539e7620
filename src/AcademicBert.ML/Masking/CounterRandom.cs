using System.Runtime.CompilerServices;
using AcademicBert.Native;

namespace AcademicBert.Masking;

/// <summary>
/// A stream of random words that is a pure function of (seed, sample, copy): Philox4x32-10 (Salmon et al. 2011) with the
/// seed as key and (block, sample, copy) as counter, so that no two samples or copies ever share a word of the generator.
/// </summary>
internal struct CounterRandom
{
    private readonly ulong _key;
    private readonly ulong _sample;
    private readonly uint _copy;
    private uint _block;
    private int _left;
    private uint _w0, _w1, _w2, _w3;

    public CounterRandom(ulong seed, long copy, long sample)
    {
        _key = seed;
        _sample = (ulong)sample;
        _copy = (uint)copy;
    }

    /// <summary>The next 32 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next()
    {
        if (_left == 0)
            Refill();
        _left--;
        uint word = _w0;
        _w0 = _w1;
        _w1 = _w2;
        _w2 = _w3;
        return word;
    }

    /// <summary>A number in 0 .. <paramref name="bound"/> - 1, every one equally likely (Lemire 2019: multiply, reject the biased rest).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextBelow(uint bound)
    {
        ulong product = (ulong)Next() * bound;
        if ((uint)product < bound)
        {
            uint biased = (0u - bound) % bound;
            while ((uint)product < biased)
                product = (ulong)Next() * bound;
        }

        return (uint)(product >> 32);
    }

    /// <summary>A number in [0, 1) with 32 random bits.</summary>
    public double NextUnit() => Next() * (1.0 / 4294967296.0);

    private void Refill()
    {
        (_w0, _w1, _w2, _w3) = PhiloxDropout.Generate(_block++, (uint)_sample, (uint)(_sample >> 32), _copy, (uint)_key, (uint)(_key >> 32));
        _left = 4;
    }
}
