using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace AcademicBert.Corpus;

/// <summary>Writes the two files of a token store, with their checksums taken on the way.</summary>
internal sealed class TokenStoreWriter : IDisposable
{
    private readonly TokenStoreFormat _format;
    private readonly PayloadFile _tokens, _samples;
    private long _tokenCount, _sampleCount;

    /// <param name="folder">The folder to write to.</param>
    /// <param name="name">"train" or "validation".</param>
    /// <param name="format">What the header is to say; the counts are filled in at the end.</param>
    public TokenStoreWriter(string folder, string name, TokenStoreFormat format)
    {
        _format = format;
        _tokens = new PayloadFile(Path.Combine(folder, name + ".tokens"), TokenStoreFormat.TokensHeaderSize);
        _samples = new PayloadFile(Path.Combine(folder, name + ".samples"), TokenStoreFormat.SamplesHeaderSize);
    }

    public long TokenCount => _tokenCount;

    public long SampleCount => _sampleCount;

    /// <summary>Appends a sample.</summary>
    /// <param name="tokens">Its ids without [CLS] and [SEP] around them; 1 to SequenceLength - 2.</param>
    /// <param name="startsDocument">Whether it begins where a document does.</param>
    public void Write(ReadOnlySpan<int> tokens, bool startsDocument)
    {
        if (tokens.Length < 1 || tokens.Length > _format.SequenceLength - 2)
            throw new ArgumentException($"A sample of {tokens.Length} tokens in a store of 1 to {_format.SequenceLength - 2}.", nameof(tokens));
        BinaryPrimitives.WriteInt64LittleEndian(_samples.Reserve(sizeof(long)), _tokenCount | (startsDocument ? TokenStoreFormat.StartsDocument : 0));
        Span<byte> bytes = _tokens.Reserve(tokens.Length * _format.BytesPerToken);
        if (_format.BytesPerToken == sizeof(ushort))
        {
            Span<ushort> narrow = MemoryMarshal.Cast<byte, ushort>(bytes);
            for (int i = 0; i < tokens.Length; i++)
                narrow[i] = (ushort)tokens[i];
        }
        else
            MemoryMarshal.AsBytes(tokens).CopyTo(bytes);

        _tokenCount += tokens.Length;
        _sampleCount++;
    }

    /// <summary>Writes the headers and brings everything to the disk.</summary>
    public StoreManifest Complete()
    {
        BinaryPrimitives.WriteInt64LittleEndian(_samples.Reserve(sizeof(long)), _tokenCount);
        TokenStoreFormat format = _format with { TokenCount = _tokenCount, SampleCount = _sampleCount };
        return new StoreManifest
        {
            SampleCount = _sampleCount,
            TokenCount = _tokenCount,
            FillRate = _sampleCount == 0 ? 0 : (_tokenCount + 2.0 * _sampleCount) / ((double)_sampleCount * format.SequenceLength),
            TokensChecksum = _tokens.Complete(format.TokensHeader()),
            SamplesChecksum = _samples.Complete(format.SamplesHeader()),
        };
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _samples.Dispose();
    }

    /// <summary>A file whose header is known last: the checksum is of what follows it, then of the header.</summary>
    private sealed class PayloadFile : IDisposable
    {
        private readonly FileStream _file;
        private readonly XxHash3 _hash = new();
        private readonly byte[] _buffer = new byte[1 << 20];
        private int _used;

        public PayloadFile(string path, int headerSize)
        {
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            // Nothing that can fail: a constructor's stream would stay open.
            _file.Position = headerSize;
        }

        /// <summary>Room for the next bytes, aligned to what is written into them; to be filled before the next call.</summary>
        public Span<byte> Reserve(int count)
        {
            if (_used + count > _buffer.Length)
                Flush();
            Span<byte> room = _buffer.AsSpan(_used, count);
            _used += count;
            return room;
        }

        public string Complete(byte[] header)
        {
            Flush();
            _file.Position = 0;
            _file.Write(header);
            _file.Flush(flushToDisk: true);
            _hash.Append(header);
            return _hash.GetCurrentHashAsUInt64().ToString("x16");
        }

        private void Flush()
        {
            _file.Write(_buffer, 0, _used);
            _hash.Append(_buffer.AsSpan(0, _used));
            _used = 0;
        }

        public void Dispose() => _file.Dispose();
    }
}
