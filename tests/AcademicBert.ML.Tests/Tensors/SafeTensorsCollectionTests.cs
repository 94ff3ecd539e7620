using System.Runtime.InteropServices;
using AcademicBert.Tensors;

namespace AcademicBert.Tests.Tensors;

[TestClass]
public sealed class SafeTensorsCollectionTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Open_Shards_FindsEachTensorInItsFile()
    {
        Shard("model-00001-of-00002.safetensors", "a", 1);
        Shard("model-00002-of-00002.safetensors", "b", 2);
        Index("""{"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        using SafeTensorsCollection tensors = SafeTensorsCollection.Open(_folder);
        Assert.AreSequenceEqual(["a", "b"], tensors.Names);
        float[] value = new float[1];
        tensors.FileOf("b").CopyTo("b", value);
        Assert.AreEqual(2f, value[0]);
    }

    [TestMethod]
    [DataRow("""{"weight_map":{"a":"../outside.safetensors"}}""", "no file name")]
    [DataRow("""{"weight_map":{"a":"/etc/passwd"}}""", "no file name")]
    [DataRow("""{"weight_map":{"a":".."}}""", "no file name")]
    [DataRow("""{"weight_map":{"b":"shard.safetensors"}}""", "no tensor 'b'")]
    [DataRow("""{"weight_map":{"a":"shard.safetensors","a":"shard.safetensors"}}""", "twice")]
    [DataRow("""{"weight_map":["a"]}""", "damaged")]
    [DataRow("""{"weight_map":{"a":5}}""", "damaged")]
    [DataRow("""{}""", "damaged")]
    [DataRow("""{"weight_map":{"a":""", "damaged")]
    public void Open_IndexThatLies_IsRefusedWithTheReason(string index, string reason)
    {
        Shard("shard.safetensors", "a", 1);
        Index(index);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => SafeTensorsCollection.Open(_folder)).Message;
        Assert.Contains(_folder, message);
        Assert.Contains(reason, message);
    }

    [TestMethod]
    public void Open_MissingShard_NamesIt()
    {
        Index("""{"weight_map":{"a":"gone.safetensors"}}""");
        Assert.Contains("gone.safetensors", Assert.ThrowsExactly<FileNotFoundException>(() => SafeTensorsCollection.Open(_folder)).Message);
    }

    [TestMethod]
    public void Open_PickleOnly_IsRefusedWithTheWayToConvertIt()
    {
        File.WriteAllBytes(Path.Combine(_folder, "pytorch_model.bin"), [0x80, 2]);
        string message = Assert.ThrowsExactly<FileNotFoundException>(() => SafeTensorsCollection.Open(_folder)).Message;
        Assert.Contains("pytorch_model.bin", message);
        Assert.Contains("save_file", message);
    }

    private void Shard(string file, string tensor, float value) => SafeTensorsWriter.Write(
        Path.Combine(_folder, file), [new SafeTensorsWriter.Item(tensor, "F32", [1], stream => stream.Write(MemoryMarshal.AsBytes<float>([value])))]);

    private void Index(string content) => File.WriteAllText(Path.Combine(_folder, SafeTensorsCollection.IndexFile), content);
}
