using System.Buffers;
using System.IO.Hashing;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using AcademicBert.Files;

namespace AcademicBert.Corpus;

/// <summary>
/// Tokenized samples in files. Reading is thread-safe and allocates nothing.
/// </summary>
public sealed class TokenStore : IDisposable
{
    private const int HashedBlock = 1 << 18;
    private const long MostHeld = 256L << 20;

    private readonly RandomAccessFile _tokens, _samples;
    private readonly TokenStoreFormat _format;
    private readonly SampleIndex _index;

    private TokenStore(string tokensPath, string samplesPath, string? fingerprint)
    {
        _format = TokenStoreFormat.Read(tokensPath, samplesPath, fingerprint);
        _tokens = new RandomAccessFile(tokensPath);
        try
        {
            _samples = new RandomAccessFile(samplesPath);
            _index = SampleIndex.Read(_samples, _format);
            if (IsHeld)
                _tokens.Hold();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of samples.</summary>
    public long SampleCount => _format.SampleCount;

    /// <summary>Number of stored tokens in all samples, [CLS] and [SEP] around the samples not counted.</summary>
    public long TokenCount => _format.TokenCount;

    /// <summary>Length of the longest sample, [CLS] and [SEP] counted: the slots to provide for a sample.</summary>
    public int SequenceLength => _format.SequenceLength;

    /// <summary>Number of words of the vocabulary it was made with: every id is below.</summary>
    internal int VocabularySize => _format.VocabularySize;

    /// <summary>Whether the tokens are in memory; of stores above 256 MB each sample is read when it is asked for.</summary>
    internal bool IsHeld => _format.TokensFileSize <= MostHeld;

    /// <summary>Copies a sample with [CLS] before and [SEP] after it.</summary>
    /// <param name="index">0 to <see cref="SampleCount"/> - 1.</param>
    /// <param name="destination">Receives the ids; room for <see cref="SequenceLength"/>. The rest of it is left alone.</param>
    /// <returns>Number of ids written.</returns>
    /// <exception cref="InvalidDataException">A token is no word of the vocabulary, or the file was cut short since it was opened.</exception>
    public int CopySample(long index, Span<int> destination)
    {
        (long start, int length) = _index[index];
        destination[0] = _format.ClassificationId;
        Span<int> content = destination.Slice(1, length);
        ReadTokens(start, content);
        // Embeddings are read by these numbers without looking.
        if (length > 0 && TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(content)) >= (uint)_format.VocabularySize)
            throw new InvalidDataException($"{_tokens.Path}: sample {index} is damaged: it has a token that is no word of the vocabulary. Prepare the corpus again.");
        destination[length + 1] = _format.SeparatorId;
        return length + 2;
    }

    /// <summary>Whether two samples are of one document; takes time in proportion to the samples of a document.</summary>
    /// <remarks>Of samples packed across documents (<see cref="PackingMode.Full"/>), the document that begins at the start of a sample counts.</remarks>
    public bool AreOfOneDocument(long first, long second) => _index.AreOfOneDocument(first, second);

    private void ReadTokens(long start, Span<int> tokens)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(tokens)[(tokens.Length * (sizeof(int) - _format.BytesPerToken))..];
        _tokens.Read(TokenStoreFormat.TokensHeaderSize + start * _format.BytesPerToken, bytes);
        // Narrow ones lie in the second half of their own place, which widening from the front only reaches when they have been read.
        if (_format.BytesPerToken == sizeof(ushort))
            Widen(MemoryMarshal.Cast<byte, ushort>(bytes), tokens);
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
        Compare(_tokens, TokenStoreFormat.TokensHeaderSize, expected.TokensChecksum);
        Compare(_samples, TokenStoreFormat.SamplesHeaderSize, expected.SamplesChecksum);

        static void Compare(RandomAccessFile file, int headerSize, string expected)
        {
            var hash = new XxHash3();
            byte[] buffer = ArrayPool<byte>.Shared.Rent(HashedBlock);
            for (long done = headerSize; done < file.Length; done += HashedBlock)
                Append(done, (int)Math.Min(HashedBlock, file.Length - done));
            Append(0, headerSize);
            ArrayPool<byte>.Shared.Return(buffer);
            if (hash.GetCurrentHashAsUInt64().ToString("x16") != expected)
                throw new InvalidDataException($"{file.Path}: its content does not fit its checksum in {CorpusManifest.FileName}; it is damaged. Prepare the corpus again.");

            void Append(long offset, int count)
            {
                file.Read(offset, buffer.AsSpan(0, count));
                hash.Append(buffer.AsSpan(0, count));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _samples?.Dispose();
    }
}
