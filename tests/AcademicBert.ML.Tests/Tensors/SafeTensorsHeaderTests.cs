using System.Buffers.Binary;
using System.Text;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Tensors;

[TestClass]
public sealed class SafeTensorsHeaderTests
{
    [TestMethod]
    [DataRow("F64", 8)]
    [DataRow("I64", 8)]
    [DataRow("U64", 8)]
    [DataRow("F32", 4)]
    [DataRow("I32", 4)]
    [DataRow("U32", 4)]
    [DataRow("F16", 2)]
    [DataRow("BF16", 2)]
    [DataRow("I16", 2)]
    [DataRow("U16", 2)]
    [DataRow("I8", 1)]
    [DataRow("U8", 1)]
    [DataRow("BOOL", 1)]
    [DataRow("F8_E4M3", 1)]
    [DataRow("F8_E5M2", 1)]
    [DataRow("", 0)]
    [DataRow("f32", 0)]
    public void ElementSize_TypesOfTheFormat_AreTheirBytes(string type, int size) => Assert.AreEqual(size, SafeTensorsHeader.ElementSize(type));

    [TestMethod]
    [DataRow(0L, 8L)]
    [DataRow(72L, 80L)]
    [DataRow(SafeTensorsHeader.MaxLength, SafeTensorsHeader.MaxLength + 8)]
    public void ReadLength_HeaderThatFitsTheFile_IsItsLength(long length, long fileLength) =>
        Assert.AreEqual(length, SafeTensorsHeader.ReadLength(First(length), fileLength, "f"));

    [TestMethod]
    [DataRow(73L, 80L)]
    [DataRow(1L, 8L)]
    [DataRow(SafeTensorsHeader.MaxLength + 1, SafeTensorsHeader.MaxLength * 2)]
    public void ReadLength_HeaderLongerThanTheFileOrTheCap_IsRefused(long length, long fileLength) =>
        Assert.AreEqual(
            $"'f' is damaged or not a safetensors file: its header claims {length} bytes, the file has {fileLength}.",
            Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsHeader.ReadLength(First(length), fileLength, "f")).Message);

    [TestMethod]
    public void ReadLength_LessThanEightBytes_IsRefused() =>
        Assert.AreEqual("'f' is not a safetensors file: it has only 7 bytes.", Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsHeader.ReadLength(new byte[7], 7, "f")).Message);

    [TestMethod]
    public void Parse_Header_GivesTensorsInItsOrderAndItsMetadata()
    {
        var metadata = new Dictionary<string, string>();
        List<SafeTensorsEntry> entries = Parse(
            """{"b":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"__metadata__":{"format":"pt","none":null},"a":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"scalar":{"dtype":"U8","shape":[],"data_offsets":[40,41]}}""", 41, metadata);
        Assert.AreSequenceEqual([("b", "F32", 16L, 24L, 6L), ("a", "I64", 0L, 16L, 2L), ("scalar", "U8", 40L, 1L, 1L)], entries.Select(entry => (entry.Name, entry.Type, entry.Begin, entry.Length, entry.ElementCount)));
        Assert.AreSequenceEqual([2L, 3], entries[0].Shape);
        Assert.IsEmpty(entries[2].Shape);
        Assert.AreSequenceEqual([KeyValuePair.Create("format", "pt"), KeyValuePair.Create("none", "")], metadata);
    }

    // An empty tensor may lie where another begins or ends, and anywhere in the header.
    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"empty":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}}""")]
    [DataRow("""{"empty":{"dtype":"F32","shape":[4,0],"data_offsets":[8,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""")]
    public void Parse_EmptyTensor_CoversNothing(string json) => Assert.HasCount(2, Parse(json, 8));

    [TestMethod]
    public void Parse_NoTensorsAndNoData_IsEmpty() => Assert.IsEmpty(Parse("{}", 0));

    [TestMethod]
    [DataRow(""" "dtype":"F32","shape":[2],"data_offsets":[0,9] """, "claims bytes 0 to 9 of 8")]
    [DataRow(""" "dtype":"F32","shape":[2],"data_offsets":[-1,7] """, "claims bytes -1 to 7 of 8")]
    [DataRow(""" "dtype":"F32","shape":[0],"data_offsets":[4,0] """, "claims bytes 4 to 0 of 8")]
    [DataRow(""" "dtype":"F32","shape":[2],"data_offsets":[8] """, "has no pair of offsets")]
    [DataRow(""" "dtype":"F32","shape":[2],"data_offsets":[0,4,8] """, "has no pair of offsets")]
    [DataRow(""" "dtype":"F4","shape":[2],"data_offsets":[0,8] """, "has the unknown element type 'F4'")]
    [DataRow(""" "dtype":null,"shape":[2],"data_offsets":[0,8] """, "has the unknown element type ''")]
    [DataRow(""" "dtype":"F32","shape":[3,1],"data_offsets":[0,8] """, "has 8 bytes, its shape [3, 1] of F32 needs 12")]
    [DataRow(""" "dtype":"F32","shape":[1],"data_offsets":[0,8] """, "has 8 bytes, its shape [1] of F32 needs 4")]
    [DataRow(""" "dtype":"F32","shape":[-2],"data_offsets":[0,8] """, "has an impossible shape")]
    [DataRow(""" "dtype":"F32","shape":[0,-2],"data_offsets":[0,0] """, "has an impossible shape")]
    [DataRow(""" "dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,8] """, "has an impossible shape", DisplayName = "2^63 bytes")]
    [DataRow(""" "dtype":"F64","shape":[2305843009213693953],"data_offsets":[0,8] """, "has an impossible shape", DisplayName = "2^64 + 8 bytes, 8 without the carry")]
    [DataRow(""" "dtype":"F32","shape":[1],"data_offsets":[4,8] """, "leaves 4 bytes before it to no tensor")]
    public void Parse_TensorThatLies_IsRefusedWithWhatIsWrong(string tensor, string what) =>
        Assert.AreEqual($"'f' is damaged: tensor 'a' {what}.", Assert.ThrowsExactly<InvalidDataException>(() => Parse("{\"a\":{" + tensor + "}}", 8)).Message);

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'f' is damaged: tensor 'b' overlaps another tensor.")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "'f' is damaged: tensor 'b' overlaps another tensor.")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'f' is damaged: tensor 'a' is declared twice.")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'f' is damaged: 4 bytes after its last tensor belong to none.")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,8]}}""", "'f' is damaged: tensor 'b' has 4 bytes, its shape [2] of F32 needs 8.")]
    [DataRow("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'f' is damaged: tensor 'b' leaves 3 bytes before it to no tensor.")]
    [DataRow("{}", "'f' is damaged: 8 bytes after its last tensor belong to none.")]
    public void Parse_TensorsThatDoNotShareTheData_AreRefused(string json, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<InvalidDataException>(() => Parse(json, 8)).Message);

    [TestMethod]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("{")]
    [DataRow("""{"a":1}""")]
    [DataRow("""{"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}}""")]
    [DataRow("""{"a":{"shape":[2],"data_offsets":[0,8]}}""")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}""")]
    [DataRow("""{"__metadata__":{"format":1}}""")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"deep":[[[[[[[[[]]]]]]]]]}}""")]
    public void Parse_OtherJson_IsRefusedWithTheFile(string json) =>
        Assert.StartsWith("'f' is damaged: its header is not the JSON of a safetensors file (", Assert.ThrowsExactly<InvalidDataException>(() => Parse(json, 8)).Message);

    private static byte[] First(long length)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return bytes;
    }

    private static List<SafeTensorsEntry> Parse(string json, long dataLength, Dictionary<string, string>? metadata = null) =>
        SafeTensorsHeader.Parse(Encoding.UTF8.GetBytes(json), dataLength, "f", metadata ?? []);
}
