using System.IO.Hashing;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AcademicBert.Corpus;

/// <summary>
/// Tokenized samples in a memory-mapped file. Reading is thread-safe and allocates nothing; no thread may be reading
/// while the store is disposed.
/// </summary>
public sealed unsafe class TokenStore : IDisposable
{
    private readonly string _tokensPath, _samplesPath;
    private readonly MappedFile _tokens, _samples;
    private readonly TokenStoreFormat _format;

    private TokenStore(string tokensPath, string samplesPath, string? fingerprint)
    {
        (_tokensPath, _samplesPath) = (tokensPath, samplesPath);
        _format = TokenStoreFormat.Read(tokensPath, samplesPath, fingerprint);
        _tokens = new MappedFile(tokensPath);
        _samples = new MappedFile(samplesPath);
    }

    /// <summary>Number of samples.</summary>
    public long SampleCount => _format.SampleCount;

    /// <summary>Number of stored tokens in all samples, [CLS] and [SEP] around the samples not counted.</summary>
    public long TokenCount => _format.TokenCount;

    /// <summary>Length of the longest sample, [CLS] and [SEP] counted: the slots to provide for a sample.</summary>
    public int SequenceLength => _format.SequenceLength;

    /// <summary>Number of words of the vocabulary it was made with: every id is below.</summary>
    internal int VocabularySize => _format.VocabularySize;

    /// <summary>Size of both files.</summary>
    internal long ByteCount => _format.TokensFileSize + _format.SamplesFileSize;

    /// <summary>Copies a sample with [CLS] before and [SEP] after it.</summary>
    /// <param name="index">0 to <see cref="SampleCount"/> - 1.</param>
    /// <param name="destination">Receives the ids; room for <see cref="SequenceLength"/>. The rest of it is left alone.</param>
    /// <returns>Number of ids written.</returns>
    /// <exception cref="InvalidDataException">The sample index is damaged, or a token is no word of the vocabulary.</exception>
    public int CopySample(long index, Span<int> destination)
    {
        ObjectDisposedException.ThrowIf(_tokens.Start is null, this);
        long* offsets = Offsets(index);
        long start = offsets[0] & ~TokenStoreFormat.StartsDocument;
        long length = (offsets[1] & ~TokenStoreFormat.StartsDocument) - start;
        if (start < 0 || length < 0 || length > SequenceLength - 2 || start > TokenCount - length)
            throw new InvalidDataException($"{_samplesPath}: the entry of sample {index} is damaged. Prepare the corpus again.");

        destination[0] = _format.ClassificationId;
        Span<int> content = destination.Slice(1, (int)length);
        byte* first = _tokens.Start + TokenStoreFormat.TokensHeaderSize + start * _format.BytesPerToken;
        if (_format.BytesPerToken == sizeof(ushort))
            Widen(new ReadOnlySpan<ushort>(first, (int)length), content);
        else
            new ReadOnlySpan<int>(first, (int)length).CopyTo(content);
        // Embeddings are read by these numbers without looking.
        if (length > 0 && TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(content)) >= (uint)_format.VocabularySize)
            throw new InvalidDataException($"{_tokensPath}: sample {index} is damaged: it has a token that is no word of the vocabulary. Prepare the corpus again.");
        destination[(int)length + 1] = _format.SeparatorId;
        return (int)length + 2;
    }

    /// <summary>Whether two samples are of one document; takes time in proportion to the samples of a document.</summary>
    /// <remarks>Of samples packed across documents (<see cref="PackingMode.Full"/>), the document that begins at the start of a sample counts.</remarks>
    public bool AreOfOneDocument(long first, long second)
    {
        (first, second) = (Math.Min(first, second), Math.Max(first, second));
        while (second > first && (*Offsets(second) & TokenStoreFormat.StartsDocument) == 0)
            second--;
        return second == first;
    }

    private long* Offsets(long index)
    {
        ObjectDisposedException.ThrowIf(_samples.Start is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)SampleCount, nameof(index));
        return (long*)(_samples.Start + TokenStoreFormat.SamplesHeaderSize) + index;
    }

    private static void Widen(ReadOnlySpan<ushort> narrow, Span<int> wide)
    {
        int done = 0;
        for (; done <= narrow.Length - Vector<ushort>.Count; done += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(narrow[done..]), out Vector<uint> low, out Vector<uint> high);
            low.CopyTo(MemoryMarshal.Cast<int, uint>(wide[done..]));
            high.CopyTo(MemoryMarshal.Cast<int, uint>(wide[(done + Vector<uint>.Count)..]));
        }

        for (; done < narrow.Length; done++)
            wide[done] = narrow[done];
    }

    /// <summary>Opens a store.</summary>
    /// <param name="folder">The corpus folder.</param>
    /// <param name="name">"train" or "validation".</param>
    /// <param name="fingerprint">Fingerprint of the tokenizer it has to be made with; null takes any.</param>
    internal static TokenStore Open(string folder, string name, string? fingerprint) =>
        new(Path.Combine(folder, name + ".tokens"), Path.Combine(folder, name + ".samples"), fingerprint);

    /// <summary>Reads everything and compares with the checksums that were taken when it was written.</summary>
    internal void Verify(StoreManifest expected)
    {
        Compare(_tokensPath, _tokens, TokenStoreFormat.TokensHeaderSize, expected.TokensChecksum);
        Compare(_samplesPath, _samples, TokenStoreFormat.SamplesHeaderSize, expected.SamplesChecksum);

        static void Compare(string path, MappedFile file, int headerSize, string expected)
        {
            var hash = new XxHash3();
            const int block = 1 << 24;
            for (long done = headerSize; done < file.Length; done += block)
                hash.Append(new ReadOnlySpan<byte>(file.Start + done, (int)Math.Min(block, file.Length - done)));
            hash.Append(new ReadOnlySpan<byte>(file.Start, headerSize));
            if (hash.GetCurrentHashAsUInt64().ToString("x16") != expected)
                throw new InvalidDataException($"{path}: its content does not fit its checksum in {CorpusManifest.FileName}; it is damaged. Prepare the corpus again.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _samples.Dispose();
    }
}
