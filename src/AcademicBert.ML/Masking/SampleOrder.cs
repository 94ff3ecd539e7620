namespace AcademicBert.Masking;

/// <summary>
/// The global order of training samples: a shuffle of all samples × copies, evaluated per position, so that it needs
/// neither memory nor start-up time, sharding is arithmetic on positions, and resuming is one integer.
/// </summary>
/// <remarks>
/// The shuffle is a keyed permutation: a Feistel network over Z_a × Z_b with a·b just above the size of an epoch,
/// walking on from the few results that fall outside. Each epoch has a key of its own. Immutable and thread-safe.
/// </remarks>
internal sealed class SampleOrder
{
    private const int Rounds = 8;

    private readonly ulong _seed;
    private readonly ulong _left, _right;
    private readonly bool _shuffled;

    /// <summary>Makes the order of <paramref name="sampleCount"/> samples in <paramref name="copies"/> differently masked copies.</summary>
    /// <param name="seed">The same seed gives the same order.</param>
    /// <param name="sampleCount">Number of stored samples, at least 1.</param>
    /// <param name="copies">Masked copies shuffled together in one epoch (the paper: 10); 0 for one copy with a fresh mask every epoch.</param>
    public SampleOrder(ulong seed, long sampleCount, int copies)
        : this(seed, sampleCount, copies, shuffled: true)
    {
    }

    private SampleOrder(ulong seed, long sampleCount, int copies, bool shuffled)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(copies);
        SampleCount = sampleCount;
        Copies = copies;
        EpochLength = Math.Max(1, copies) <= (1L << 60) / sampleCount
            ? sampleCount * Math.Max(1, copies)
            : throw new ArgumentOutOfRangeException(nameof(copies), copies, $"{sampleCount} samples × {copies} copies is more than 2^60.");
        _seed = Mix(seed + 0x5A3D1E0F7C2B4896);
        _shuffled = shuffled;
        _left = CeilingOfRoot((ulong)EpochLength);
        _right = ((ulong)EpochLength + _left - 1) / _left;
    }

    /// <summary>Samples in their stored order, always masked as copy 0: what validation reads.</summary>
    public static SampleOrder Sequential(long sampleCount) => new(0, sampleCount, 1, shuffled: false);

    /// <summary>Number of stored samples.</summary>
    public long SampleCount { get; }

    /// <summary>Masked copies in one epoch; 0 for a fresh mask every epoch.</summary>
    public int Copies { get; }

    /// <summary>Number of positions after which every sample (in every copy) was seen once.</summary>
    public long EpochLength { get; }

    /// <summary>The stored sample and the number of its masked copy at a position of the global order.</summary>
    /// <param name="position">Zero or more; may run past one epoch, each epoch is shuffled anew.</param>
    public (long Sample, long Copy) this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            (long epoch, long index) = Math.DivRem(position, EpochLength);
            long shuffled = _shuffled ? Permute(epoch, index) : index;
            if (Copies == 0)
                return (shuffled, epoch);
            (long copy, long sample) = Math.DivRem(shuffled, SampleCount);
            return (sample, copy);
        }
    }

    private long Permute(long epoch, long index)
    {
        ulong epochKey = Mix(_seed ^ Mix((ulong)epoch));
        ulong value = (ulong)index;
        do
        {
            (ulong left, ulong right) = (value / _right, value % _right);
            for (ulong round = 0; round < Rounds; round += 2)
            {
                left = AddModulo(left, Draw(epochKey, round, right, _left), _left);
                right = AddModulo(right, Draw(epochKey, round + 1, left, _right), _right);
            }

            value = left * _right + right;
        }
        while (value >= (ulong)EpochLength);
        return (long)value;
    }

    private static ulong Draw(ulong key, ulong round, ulong value, ulong bound) =>
        Math.BigMul(Mix(Mix(key + round * 0xD1B54A32D192ED03) ^ value), bound, out _);

    private static ulong AddModulo(ulong value, ulong summand, ulong modulus)
    {
        ulong sum = value + summand;
        return sum >= modulus ? sum - modulus : sum;
    }

    /// <summary>The 64-bit finalizer of SplitMix64: a bijection in which every input bit changes half of the output bits.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static ulong CeilingOfRoot(ulong value)
    {
        ulong root = (ulong)Math.Sqrt(value);
        while (root * root < value)
            root++;
        return root;
    }
}
