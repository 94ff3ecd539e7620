using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Tensors;

[TestClass]
public sealed class SafeTensorsTests
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"academicbert-tests-{Guid.NewGuid():N}.safetensors");

    [TestCleanup]
    public void CleanUp() => File.Delete(_path);

    [TestMethod]
    public void WriteThenOpen_GivesTheSameTensorsAndAlignedData()
    {
        SafeTensorsWriter.Write(_path, [Item("a", [2, 3], [1, 2, 3, 4, 5, 6]), Item("scalar", [], [7]), Item("empty", [0, 4], [])]);
        using SafeTensorsFile file = SafeTensorsFile.Open(_path);
        Assert.AreSequenceEqual(["a", "scalar", "empty"], file.Entries.Select(entry => entry.Name));
        Assert.AreSequenceEqual([2L, 3], file["a"].Shape);
        float[] values = new float[6];
        file.CopyTo("a", values);
        Assert.AreSequenceEqual([1f, 2, 3, 4, 5, 6], values);
        Assert.AreEqual("pt", file.Metadata["format"]);
        Assert.AreEqual(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(_path)) % 8);
    }

    [TestMethod]
    [DataRow("F16", new byte[] { 0x00, 0x3C, 0x00, 0xC0 })]
    [DataRow("BF16", new byte[] { 0x80, 0x3F, 0x00, 0xC0 })]
    public void CopyTo_HalfPrecision_Widens(string type, byte[] content)
    {
        SafeTensorsWriter.Write(_path, [new SafeTensorsWriter.Item("x", type, [2], stream => stream.Write(content))]);
        using SafeTensorsFile file = SafeTensorsFile.Open(_path);
        float[] values = new float[2];
        file.CopyTo("x", values);
        Assert.AreSequenceEqual([1f, -2f], values);
    }

    [TestMethod]
    [DataRow("F32", 4)]
    [DataRow("F64", 8)]
    [DataRow("BF16", 2)]
    public void CopyTo_LargeTensor_GivesEveryElement(string type, int size)
    {
        const int count = 600_001;
        byte[] content = new byte[count * size];
        for (int i = 0; i < count; i++)
        {
            float value = i % 256;
            byte[] element = size == 8 ? BitConverter.GetBytes((double)value) : BitConverter.GetBytes(value);
            element.AsSpan(^size..).CopyTo(content.AsSpan(i * size));
        }

        SafeTensorsWriter.Write(_path, [new SafeTensorsWriter.Item("x", type, [count], stream => stream.Write(content))]);
        using SafeTensorsFile file = SafeTensorsFile.Open(_path);
        float[] values = new float[count];
        file.CopyTo("x", values);
        for (int i = 0; i < count; i++)
            Assert.AreEqual(i % 256, values[i]);
    }

    [TestMethod]
    [DataRow("F32")]
    [DataRow("BF16")]
    public void CopyTo_FileCutShortSinceItWasOpened_IsAnErrorThatNamesIt(string type)
    {
        int bytes = 4096 * SafeTensorsHeader.ElementSize(type);
        SafeTensorsWriter.Write(_path, [new SafeTensorsWriter.Item("x", type, [4096], stream => stream.Write(new byte[bytes]))]);
        using SafeTensorsFile file = SafeTensorsFile.Open(_path);
        using (FileStream writer = new(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            writer.SetLength(writer.Length - bytes / 2);
        Assert.Contains(_path, Assert.ThrowsExactly<InvalidDataException>(() => file.CopyTo("x", new float[4096])).Message);
    }

    [TestMethod]
    public void HasSameBytes_LastByteOfALargeTensorChanged_SaysNo()
    {
        byte[] content = new byte[600_001], changed = [.. content[..^1], 1];
        SafeTensorsWriter.Write(_path, [Bytes("a", content), Bytes("same", content), Bytes("changed", changed), Bytes("shorter", content[1..])]);
        using SafeTensorsFile file = SafeTensorsFile.Open(_path);
        Assert.IsTrue(file.HasSameBytes("a", file, "same"));
        Assert.IsFalse(file.HasSameBytes("a", file, "changed"));
        Assert.IsFalse(file.HasSameBytes("a", file, "shorter"));

        static SafeTensorsWriter.Item Bytes(string name, byte[] content) => new(name, "U8", [content.Length], stream => stream.Write(content));
    }

    [TestMethod]
    public void BFloat16_RoundTrip_RoundsToNearestEvenAndKeepsSpecialNumbers()
    {
        float[] values = [1, -2.5f, 0, float.NaN, float.PositiveInfinity, 1 + 1f / 256, 1 + 3f / 256, 1e-40f, 3.38e38f, .. Enumerable.Range(0, 40).Select(i => i * 0.37f)];
        ushort[] words = new ushort[values.Length];
        float[] widened = new float[values.Length];
        BFloat16.FromSingle(values, words);
        BFloat16.ToSingle(words, widened);
        Assert.AreEqual(1f, widened[5], "a tie goes to the even neighbour below");
        Assert.AreEqual(1 + 4f / 256, widened[6], "a tie goes to the even neighbour above");
        Assert.IsTrue(float.IsNaN(widened[3]));
        Assert.AreEqual(float.PositiveInfinity, widened[4]);
        foreach ((float exact, float rounded) in values.Zip(widened).Where(pair => float.IsFinite(pair.First)))
            Assert.AreEqual(exact, rounded, Math.Abs(exact) / 256 + 1e-39);
    }

    [TestMethod]
    public void CopyTo_WrongSize_NamesFileAndTensor()
    {
        SafeTensorsWriter.Write(_path, [Item("weights", [2], [1, 2])]);
        using SafeTensorsFile file = SafeTensorsFile.Open(_path);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => file.CopyTo("weights", new float[3])).Message;
        Assert.Contains(_path, message);
        Assert.Contains("'weights'", message);
    }

    [TestMethod]
    public void Write_ItemOfWrongLength_LeavesNoFile()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => SafeTensorsWriter.Write(_path, [Item("short", [3], [1, 2])]));
        Assert.IsFalse(File.Exists(_path));
        Assert.IsFalse(File.Exists(_path + ".tmp"));
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", "claims bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}}""", "claims bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "needs 12")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "impossible shape")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "impossible shape")]
    [DataRow("""{"a":{"dtype":"Q7","shape":[2],"data_offsets":[0,8]}}""", "unknown element type")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlaps")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "declared twice")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "to no tensor")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "belong to none")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2]}}""", "header")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", "header")]
    [DataRow("[]", "header")]
    public void Open_HeaderThatLies_IsRefusedWithTheFile(string header, string reason)
    {
        WriteRaw(header, new byte[8]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsFile.Open(_path)).Message;
        Assert.Contains(_path, message);
        Assert.Contains(reason, message);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    [DataRow(8)]
    [DataRow(40)]
    public void Open_TruncatedFile_IsRefused(int length)
    {
        SafeTensorsWriter.Write(_path, [Item("a", [2], [1, 2])]);
        File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..length]);
        Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsFile.Open(_path));
    }

    [TestMethod]
    public void Open_HugeHeaderLength_IsRefusedWithoutAllocatingIt()
    {
        byte[] content = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(content, ulong.MaxValue - 3);
        File.WriteAllBytes(_path, content);
        Assert.Contains("claims", Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsFile.Open(_path)).Message);
    }

    [TestMethod]
    public void Open_HeaderAboveTheCap_IsRefusedThoughTheFileHasIt()
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, SafeTensorsHeader.MaxLength + 1);
        using (FileStream file = File.Create(_path))
        {
            file.Write(length);
            file.SetLength(SafeTensorsHeader.MaxLength + 1024);
        }

        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains(_path, Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsFile.Open(_path)).Message);
        Assert.IsLessThan(10_000_000, GC.GetTotalAllocatedBytes() - before);
    }

    [TestMethod]
    public void Open_RandomDamage_NeverCrashes()
    {
        SafeTensorsWriter.Write(_path, [Item("a", [2, 2], [1, 2, 3, 4]), Item("b", [3], [5, 6, 7])]);
        byte[] intact = File.ReadAllBytes(_path);
        var random = new Random(3);
        int refused = 0;
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] damaged = [.. intact];
            damaged[random.Next(damaged.Length - 28)] = (byte)random.Next(256);
            File.WriteAllBytes(_path, damaged);
            try
            {
                using SafeTensorsFile file = SafeTensorsFile.Open(_path);
                foreach (SafeTensorsEntry entry in file.Entries)
                    Assert.AreEqual(entry.Length, file.Bytes(entry.Name).Length);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(100, refused);
    }

    [TestMethod]
    public void CopyTo_AnyBitOfATensorChanged_TellsTheDamageAndReadsTheOthers()
    {
        SafeTensorsWriter.Write(_path, [Item("first", [2], [1, 2]), Item("second", [2], [3, 4])]);
        byte[] whole = File.ReadAllBytes(_path);
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[^(1 + bit / 8)] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(_path, damaged);
            using SafeTensorsFile file = SafeTensorsFile.Open(_path);
            file.CopyTo("first", new float[2]);
            Assert.Contains("'second'", Assert.ThrowsExactly<InvalidDataException>(() => file.CopyTo("second", new float[2])).Message);
        }
    }

    private static SafeTensorsWriter.Item Item(string name, long[] shape, float[] values) =>
        new(name, "F32", shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

    private void WriteRaw(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(_path, [.. length, .. json, .. data]);
    }
}
