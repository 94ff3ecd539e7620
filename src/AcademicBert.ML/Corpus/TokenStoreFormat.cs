using System.Buffers.Binary;
using System.Text;

namespace AcademicBert.Corpus;

/// <summary>
/// What the header of a <c>.tokens</c> file says. Both files of a store are little-endian: <c>.tokens</c> is this header
/// and the ids of all samples one after the other, without [CLS] and [SEP] around them; <c>.samples</c> is a header and
/// the offset of each sample in tokens, with the end of the last one; an offset has <see cref="StartsDocument"/> set where a document begins.
/// </summary>
internal sealed record TokenStoreFormat(
    long TokenCount, long SampleCount, int SequenceLength, int ClassificationId, int SeparatorId, int VocabularySize, string Fingerprint)
{
    public const int Version = 1;
    public const int TokensHeaderSize = 64;
    public const int SamplesHeaderSize = 32;

    /// <summary>The bit of an offset that marks the first sample of a document.</summary>
    public const long StartsDocument = 1L << 62;

    private const int FingerprintBytes = 16;
    private static readonly byte[] s_tokensMagic = "ABERTTOK"u8.ToArray();
    private static readonly byte[] s_samplesMagic = "ABERTSMP"u8.ToArray();

    /// <summary>2 up to a vocabulary of 65,536 words, 4 above.</summary>
    public int BytesPerToken => VocabularySize <= 65_536 ? sizeof(ushort) : sizeof(uint);

    public long TokensFileSize => TokensHeaderSize + TokenCount * BytesPerToken;

    public long SamplesFileSize => SamplesHeaderSize + (SampleCount + 1) * sizeof(long);

    public byte[] TokensHeader()
    {
        byte[] header = new byte[TokensHeaderSize];
        s_tokensMagic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), BytesPerToken);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), TokenCount);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), SampleCount);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(32), SequenceLength);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(36), ClassificationId);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), SeparatorId);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(44), VocabularySize);
        FingerprintPrefix(Fingerprint).CopyTo(header, 48);
        return header;
    }

    public byte[] SamplesHeader()
    {
        byte[] header = new byte[SamplesHeaderSize];
        s_samplesMagic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), SampleCount);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), TokenCount);
        return header;
    }

    /// <summary>Reads the header of a <c>.tokens</c> file and checks that the files of the store are whole and belong together.</summary>
    /// <param name="tokensPath">Path of the <c>.tokens</c> file.</param>
    /// <param name="samplesPath">Path of the <c>.samples</c> file.</param>
    /// <param name="fingerprint">Fingerprint of the tokenizer the store has to be made with; null takes any.</param>
    public static TokenStoreFormat Read(string tokensPath, string samplesPath, string? fingerprint)
    {
        byte[] tokens = ReadHeader(tokensPath, TokensHeaderSize, s_tokensMagic, out long tokensSize);
        var format = new TokenStoreFormat(
            BinaryPrimitives.ReadInt64LittleEndian(tokens.AsSpan(16)),
            BinaryPrimitives.ReadInt64LittleEndian(tokens.AsSpan(24)),
            BinaryPrimitives.ReadInt32LittleEndian(tokens.AsSpan(32)),
            BinaryPrimitives.ReadInt32LittleEndian(tokens.AsSpan(36)),
            BinaryPrimitives.ReadInt32LittleEndian(tokens.AsSpan(40)),
            BinaryPrimitives.ReadInt32LittleEndian(tokens.AsSpan(44)),
            fingerprint ?? string.Empty);
        if (format.TokenCount is < 0 or > 1L << 60 || format.SampleCount is < 0 or > 1L << 56 || format.SequenceLength is < 3 or > CorpusOptions.LongestSequence || format.VocabularySize < 1
            || (uint)format.ClassificationId >= format.VocabularySize || (uint)format.SeparatorId >= format.VocabularySize
            || BinaryPrimitives.ReadInt32LittleEndian(tokens.AsSpan(12)) != format.BytesPerToken)
            throw new InvalidDataException($"{tokensPath}: the header is damaged. Prepare the corpus again.");
        if (fingerprint is not null && !tokens.AsSpan(48, FingerprintBytes).SequenceEqual(FingerprintPrefix(fingerprint)))
            throw new InvalidDataException($"{tokensPath}: made with another vocabulary or other tokenization options than the corpus it lies in. Prepare the corpus again.");
        RequireSize(tokensPath, tokensSize, format.TokensFileSize);

        byte[] samples = ReadHeader(samplesPath, SamplesHeaderSize, s_samplesMagic, out long samplesSize);
        if (BinaryPrimitives.ReadInt64LittleEndian(samples.AsSpan(16)) != format.SampleCount
            || BinaryPrimitives.ReadInt64LittleEndian(samples.AsSpan(24)) != format.TokenCount)
            throw new InvalidDataException($"{samplesPath}: does not belong to {Path.GetFileName(tokensPath)}. Prepare the corpus again.");
        RequireSize(samplesPath, samplesSize, format.SamplesFileSize);
        return format;
    }

    private static byte[] ReadHeader(string path, int size, byte[] magic, out long fileSize)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        fileSize = file.Length;
        byte[] header = new byte[size];
        if (file.ReadAtLeast(header, size, throwOnEndOfStream: false) < size || !header.AsSpan(0, magic.Length).SequenceEqual(magic))
            throw new InvalidDataException($"{path}: not a token store ({Encoding.ASCII.GetString(magic)} is missing at its start).");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (version != Version)
            throw new InvalidDataException($"{path}: written in format version {version}; this version reads {Version}. Prepare the corpus again.");
        return header;
    }

    private static void RequireSize(string path, long size, long expected)
    {
        if (size != expected)
            throw new InvalidDataException($"{path}: has {size} bytes where its header says {expected}; it is truncated or damaged. Prepare the corpus again.");
    }

    /// <summary>The fingerprint is a SHA-256 in hexadecimal; anything else is taken by its bytes.</summary>
    private static byte[] FingerprintPrefix(string fingerprint)
    {
        byte[] prefix = new byte[FingerprintBytes];
        byte[] bytes = fingerprint.Length >= 2 * FingerprintBytes && fingerprint.All(char.IsAsciiHexDigit) && fingerprint.Length % 2 == 0
            ? Convert.FromHexString(fingerprint)
            : Encoding.UTF8.GetBytes(fingerprint);
        bytes.AsSpan(0, Math.Min(bytes.Length, FingerprintBytes)).CopyTo(prefix);
        return prefix;
    }
}
