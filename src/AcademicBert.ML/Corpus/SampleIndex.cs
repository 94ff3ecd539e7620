using System.Buffers;
using System.Runtime.InteropServices;
using AcademicBert.Files;

namespace AcademicBert.Corpus;

/// <summary>Where each sample of a store lies, held in two bytes a sample: the paper's corpus has thirty million.</summary>
internal sealed class SampleIndex
{
    private const int BlockSize = 64;
    private const int ReadOffsets = 1 << 15;
    private const ushort StartMark = 1 << 15;

    private readonly long[] _blockStarts;
    private readonly ushort[] _lengths;

    private SampleIndex(int count)
    {
        _blockStarts = new long[(count + BlockSize - 1) / BlockSize];
        _lengths = new ushort[count];
    }

    /// <summary>Reads a <c>.samples</c> file.</summary>
    /// <exception cref="InvalidDataException">A sample lies outside of the tokens or is longer than a sample may be.</exception>
    public static SampleIndex Read(RandomAccessFile file, TokenStoreFormat format)
    {
        if (format.SampleCount > Array.MaxLength)
            throw new InvalidDataException($"{file.Path}: {format.SampleCount} samples; at most {Array.MaxLength} are supported.");
        var index = new SampleIndex((int)format.SampleCount);
        long[] buffer = ArrayPool<long>.Shared.Rent(ReadOffsets);
        for (int first = 0; first < index._lengths.Length; first += ReadOffsets - 1)
        {
            Span<long> offsets = buffer.AsSpan(0, Math.Min(ReadOffsets, index._lengths.Length - first + 1));
            file.Read(TokenStoreFormat.SamplesHeaderSize + (long)first * sizeof(long), MemoryMarshal.AsBytes(offsets));
            index.Fill(first, offsets, format, file.Path);
        }

        ArrayPool<long>.Shared.Return(buffer);
        return index;
    }

    /// <summary>The sample's first token in the store, and the number of its tokens.</summary>
    public (long Start, int Length) this[long sample]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)sample, (ulong)_lengths.Length, nameof(sample));
            int block = (int)sample / BlockSize;
            long start = _blockStarts[block];
            foreach (ushort length in _lengths.AsSpan(block * BlockSize, (int)sample % BlockSize))
                start += length & ~StartMark;
            return (start, _lengths[sample] & ~StartMark);
        }
    }

    /// <summary>Whether no document begins behind one sample and up to another.</summary>
    public bool AreOfOneDocument(long first, long second)
    {
        (first, second) = (Math.Min(first, second), Math.Max(first, second));
        while (second > first && (_lengths[second] & StartMark) == 0)
            second--;
        return second == first;
    }

    // The offsets are those of samples from the first on, and the end of the last.
    private void Fill(int first, ReadOnlySpan<long> offsets, TokenStoreFormat format, string path)
    {
        for (int i = 0; i < offsets.Length - 1; i++)
        {
            long start = offsets[i] & ~TokenStoreFormat.StartsDocument, length = (offsets[i + 1] & ~TokenStoreFormat.StartsDocument) - start;
            if (start < 0 || length < 0 || length > format.SequenceLength - 2 || start > format.TokenCount - length)
                throw new InvalidDataException($"{path}: the entry of sample {first + i} is damaged. Prepare the corpus again.");
            if ((first + i) % BlockSize == 0)
                _blockStarts[(first + i) / BlockSize] = start;
            _lengths[first + i] = (ushort)(length | (start == offsets[i] ? 0L : StartMark));
        }
    }
}
