using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Tensors;
using AcademicBert.Tests.Tensors;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Binary formats.</summary>
internal static class BinaryTargets
{
    private const int TensorBytes = 40;

    private static readonly byte[] s_samplesMagic = "ABERTSMP"u8.ToArray();

    public static IEnumerable<FuzzTarget> All => [SafeTensors(), SafeTensorsHeader(), TokenStore()];

    private static FuzzTarget SafeTensors() => new(
        "safetensors", [Tensors("F32", "I32"), Tensors("F16", "BF16")], (folder, input) => ReadTensors(FuzzFiles.Put(folder, "a.safetensors", input)),
        input => input.Length > 8 && BinaryPrimitives.ReadUInt64LittleEndian(input) <= (ulong)input.Length - 8 && input[8] == '{')
    {
        Words = ["\"dtype\"", "\"F32\"", "\"BF16\"", "\"F8_E4M3\"", "\"shape\"", "\"data_offsets\"", "[0,4]", "[0,8]", "[[", "{", "}", ":", ",", "\"", "\"__metadata__\":{}", "\\ud800", "null", "4611686018427387904", "-1"],
        Repair = WithTrueLength,
    };

    /// <summary>Headers that are JSON, before the bytes they speak of.</summary>
    private static FuzzTarget SafeTensorsHeader() => new(
        "safetensors header", [.. ((byte[][])[Tensors("F32", "I32"), Tensors("F16", "BF16")]).Select(file => file[8..^TensorBytes])],
        (folder, input) => ReadTensors(FuzzFiles.Put(folder, "a.safetensors", WithTrueLength([.. new byte[8], .. input, .. new byte[TensorBytes]]))), FuzzFiles.IsObject)
    {
        IsJson = true,
    };

    private static FuzzTarget TokenStore() => new(
        "token store", [Store(100), Store(70_000)], ReadStore,
        input => input.AsSpan().StartsWith("ABERTTOK"u8) && input.AsSpan().IndexOf(s_samplesMagic) >= TokenStoreFormat.TokensHeaderSize)
    {
        Words = ["ABERTTOK", "ABERTSMP"],
        Repair = WithTrueSizes,
    };

    private static void ReadTensors(string path)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            int read = 0;
            foreach (byte value in file.Bytes(entry.Name))
                read += value;
            if (read < 0 || entry.ElementCount > TensorBytes)
                throw new InvalidOperationException($"'{entry.Name}' has {entry.ElementCount} elements.");
            if (entry.Type is "F32" or "F16" or "BF16" or "F64")
                file.CopyTo(entry.Name, new float[entry.ElementCount]);
        }
    }

    private static byte[] Tensors(string first, string second)
    {
        int size = AcademicBert.Tensors.SafeTensorsHeader.ElementSize(first);
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, [Item("bert.a", first, [2, 3]), Item("scalar", first, []), Item("empty", second, [0, 4]), Item("b", "U8", [TensorBytes - 7 * size])]);
        return stream.ToArray();

        static SafeTensorsWriter.Item Item(string name, string type, long[] shape) =>
            new(name, type, shape, stream => stream.Write(new byte[shape.Aggregate((long)AcademicBert.Tensors.SafeTensorsHeader.ElementSize(type), (bytes, dimension) => bytes * dimension)]));
    }

    private static byte[] WithTrueLength(byte[] input)
    {
        if (input.Length >= 8 + TensorBytes)
            BinaryPrimitives.WriteInt64LittleEndian(input, input.Length - 8 - TensorBytes);
        return input;
    }

    /// <summary>Both files of a store, one behind the other.</summary>
    private static byte[] Store(int vocabulary)
    {
        var format = new TokenStoreFormat(TokenCount: 10, SampleCount: 3, SequenceLength: 8, ClassificationId: 2, SeparatorId: 3, vocabulary, "any");
        int[] ids = [5, 6, 7, 8, 9, 10, 11, 12, 13, vocabulary - 1];
        byte[] tokens = format.BytesPerToken == sizeof(int) ? MemoryMarshal.AsBytes<int>(ids).ToArray() : MemoryMarshal.AsBytes<ushort>([.. ids.Select(id => (ushort)id)]).ToArray();
        return [.. format.TokensHeader(), .. tokens, .. format.SamplesHeader(), .. MemoryMarshal.AsBytes<long>([TokenStoreFormat.StartsDocument, 6, 9 | TokenStoreFormat.StartsDocument, 10])];
    }

    private static void ReadStore(string folder, byte[] input)
    {
        (byte[] tokens, byte[] samples) = Files(input);
        FuzzFiles.Put(folder, "a.tokens", tokens);
        FuzzFiles.Put(folder, "a.samples", samples);
        using var store = AcademicBert.Corpus.TokenStore.Open(folder, "a", fingerprint: null);
        int[] sample = new int[store.SequenceLength];
        for (long index = 0; index < store.SampleCount; index++)
        {
            int length = store.CopySample(index, sample);
            if (sample[..length].Any(id => id < 0 || id >= store.VocabularySize))
                throw new InvalidOperationException($"Sample {index} holds an id that is no word: it would be read from outside the embeddings.");
            store.AreOfOneDocument(0, index);
        }
    }

    private static (byte[] Tokens, byte[] Samples) Files(byte[] input)
    {
        int border = input.AsSpan().LastIndexOf(s_samplesMagic);
        return border < 0 ? (input, []) : (input[..border], input[border..]);
    }

    /// <summary>The counts that the sizes ask for, so that what lies behind the headers is looked at.</summary>
    private static byte[] WithTrueSizes(byte[] input)
    {
        (byte[] tokens, byte[] samples) = Files(input);
        if (tokens.Length < TokenStoreFormat.TokensHeaderSize || samples.Length < TokenStoreFormat.SamplesHeaderSize + sizeof(long))
            return input;
        Encoding.ASCII.GetBytes("ABERTTOK").CopyTo(tokens, 0);
        foreach (byte[] header in (byte[][])[tokens, samples])
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), TokenStoreFormat.Version);
        int width = BinaryPrimitives.ReadInt32LittleEndian(tokens.AsSpan(44)) <= 65_536 ? sizeof(ushort) : sizeof(int);
        tokens = tokens[..^((tokens.Length - TokenStoreFormat.TokensHeaderSize) % width)];
        samples = samples[..^(samples.Length % sizeof(long))];
        BinaryPrimitives.WriteInt32LittleEndian(tokens.AsSpan(12), width);
        long tokenCount = (tokens.Length - TokenStoreFormat.TokensHeaderSize) / width, sampleCount = (samples.Length - TokenStoreFormat.SamplesHeaderSize) / sizeof(long) - 1;
        BinaryPrimitives.WriteInt64LittleEndian(tokens.AsSpan(16), tokenCount);
        BinaryPrimitives.WriteInt64LittleEndian(tokens.AsSpan(24), sampleCount);
        BinaryPrimitives.WriteInt64LittleEndian(samples.AsSpan(16), sampleCount);
        BinaryPrimitives.WriteInt64LittleEndian(samples.AsSpan(24), tokenCount);
        return [.. tokens, .. samples];
    }
}
