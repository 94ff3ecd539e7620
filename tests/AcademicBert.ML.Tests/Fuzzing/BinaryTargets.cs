using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Distributed.Links;
using AcademicBert.Glue;
using AcademicBert.Tensors;
using AcademicBert.Tests.Tensors;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Binary formats.</summary>
internal static class BinaryTargets
{
    private const int TensorBytes = 256;

    private static readonly byte[] s_samplesMagic = "ABERTSMP"u8.ToArray();

    private static readonly byte[][] s_tensors = [Tensors("F32", "I32"), Tensors("F16", "BF16"), Tensors("BF16", "F8_E4M3"), Tensors("F64", "U64")];

    public static IEnumerable<FuzzTarget> All => [SafeTensors(), SafeTensorsHeader(), TokenStore(), Submission(), Messages()];

    private static FuzzTarget SafeTensors() => new(
        "safetensors", s_tensors, (folder, input) => ReadTensors(Put(folder, "a.safetensors", input)),
        input => input.Length > 8 && BinaryPrimitives.ReadUInt64LittleEndian(input) <= (ulong)input.Length - 8 && input[8] == '{')
    {
        Words = ["\"dtype\"", "\"F32\"", "\"BF16\"", "\"F8_E4M3\"", "\"shape\"", "\"data_offsets\"", "[0,4]", "[0,8]", "[[", "{", "}", ":", ",", "\"", "\"__metadata__\":{}", "\\ud800", "null", "4611686018427387904", "-1"],
        Repair = WithTrueLength,
    };

    /// <summary>Headers that are JSON, before the bytes they speak of.</summary>
    private static FuzzTarget SafeTensorsHeader() => new(
        "safetensors header", [.. s_tensors.Select(file => file[8..^TensorBytes])],
        (folder, input) => ReadTensors(Put(folder, "a.safetensors", WithTrueLength([.. new byte[8], .. input, .. new byte[TensorBytes]]))), IsObject)
    {
        IsJson = true,
    };

    private static FuzzTarget TokenStore() => new(
        "token store", [Store(100), Store(70_000)],
        (folder, input) =>
        {
            (byte[] tokens, byte[] samples) = Files(input);
            Put(folder, "a.tokens", tokens);
            Put(folder, "a.samples", samples);
            ReadByAll(() => ReadStore(folder, "any"), () => ReadStore(folder, fingerprint: null));
        },
        input => input.AsSpan().StartsWith("ABERTTOK"u8) && input.AsSpan().IndexOf(s_samplesMagic) >= TokenStoreFormat.TokensHeaderSize)
    {
        Words = ["ABERTTOK", "ABERTSMP"],
        Repair = WithTrueSizes,
    };

    /// <summary>A zip of predictions for the leaderboard. What it says of them is looked at by <see cref="GlueSubmission.Check"/>, which lists what is wrong.</summary>
    private static FuzzTarget Submission() => new(
        "GLUE submission",
        [Written("a.zip", folder => GlueSubmission.Write(Path.Combine(folder, "a.zip"), new Dictionary<string, float[]> { ["CoLA"] = [0, 1, 1], ["STS-B"] = [3.5f, 0], ["MNLI-m"] = [2] }))],
        (folder, input) =>
        {
            if (GlueSubmission.Check(Put(folder, "a.zip", input)).Count == 0)
                throw new InvalidOperationException("A submission of three files is no complete one.");
        },
        input => input.AsSpan().IndexOf("PK\u0005\u0006"u8) >= 0)
    {
        Words = ["CoLA.tsv", "STS-B.tsv", "index\tprediction\n", "\n", "\t", "PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006"],
        // Deflate makes up to 1,032 bytes of one, which are characters in buffers that double.
        AllocationMultiple = 1032 * 8,
    };

    /// <summary>What comes over a connection: a greeting, and messages after it.</summary>
    private static FuzzTarget Messages() => new(
        "messages of ranks", [Frames((LinkMessage.Hello, "a group\n1 4711 node1"u8.ToArray()), (LinkMessage.Alive, [7, 0, 0, 0, 0, 0, 0, 0, 1]), (LinkMessage.Data, new byte[16]), (LinkMessage.Failure, "lost"u8.ToArray()), (LinkMessage.Leave, []))],
        (_, input) =>
        {
            using var connection = new LinkConnection(new MemoryStream(input));
            if (HubLink.Hello(connection, "a group", TimeSpan.FromSeconds(1)) is not { } who)
                throw new InvalidDataException("A stranger.");
            if (who.Rank < 0 || RankIdentity.Parse(who.ToWire()) != who)
                throw new InvalidOperationException($"{who} is no rank.");
            while (connection.Receive() is (LinkMessage kind, byte[] content))
                if (kind == LinkMessage.Alive)
                    RankLink.ReadAlive(content);
        },
        input => input.Length > 5 && input[0] == (byte)LinkMessage.Hello && BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(1)) is >= 0 and < 4096)
    {
        Words = ["a group\n", "\n", " ", "2147483648", "\0\0\0\0"],
        // A rank that has greeted may send a message of 64 MB.
        Room = 2 * (64 << 20),
    };

    private static byte[] Frames(params (LinkMessage Kind, byte[] Content)[] messages) =>
        [.. messages.SelectMany(message => (byte[])[(byte)message.Kind, .. BitConverter.GetBytes(message.Content.Length), .. message.Content])];

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
            else
                Assert.ThrowsExactly<InvalidDataException>(() => file.CopyTo(entry.Name, new float[entry.ElementCount]));
            Assert.ThrowsExactly<InvalidDataException>(() => file.CopyTo(entry.Name, new float[entry.ElementCount + 1]));
        }

        file.Dispose();
    }

    private static byte[] Tensors(string first, string second)
    {
        int size = AcademicBert.Tensors.SafeTensorsHeader.ElementSize(first);
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, [Item("bert.a", first, [2, 3]), Item("scalar", first, []), Item("empty", second, [0, 4]), Item("long", first, [20]), Item("b", "U8", [TensorBytes - 27 * size])]);
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
        var format = new TokenStoreFormat(TokenCount: 50, SampleCount: 3, SequenceLength: 42, ClassificationId: 2, SeparatorId: 3, vocabulary, "any");
        int[] ids = [.. Enumerable.Range(5, 49), vocabulary - 1];
        byte[] tokens = format.BytesPerToken == sizeof(int) ? MemoryMarshal.AsBytes<int>(ids).ToArray() : MemoryMarshal.AsBytes<ushort>([.. ids.Select(id => (ushort)id)]).ToArray();
        return [.. format.TokensHeader(), .. tokens, .. format.SamplesHeader(), .. MemoryMarshal.AsBytes<long>([TokenStoreFormat.StartsDocument, 40, 46 | TokenStoreFormat.StartsDocument, 50])];
    }

    private static void ReadStore(string folder, string? fingerprint)
    {
        using var store = AcademicBert.Corpus.TokenStore.Open(folder, "a", fingerprint);
        int[] sample = new int[store.SequenceLength];
        for (long index = 0; index < store.SampleCount; index++)
        {
            int length = store.CopySample(index, sample);
            if (sample[..length].Any(id => id < 0 || id >= store.VocabularySize))
                throw new InvalidOperationException($"Sample {index} holds an id that is no word: it would be read from outside the embeddings.");
            store.AreOfOneDocument(0, index);
        }

        store.Dispose();
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
