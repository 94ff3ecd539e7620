using System.Text.Json.Nodes;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tests.Tensors;

namespace AcademicBert.Tests.Modeling;

/// <summary>A copy of a fixture's model folder with other names and other configuration, as files of other origins have them.</summary>
internal sealed class StoredFolder : IDisposable
{
    public StoredFolder(string fixture, Func<string, string?>? rename = null, Action<JsonObject>? configure = null, Func<SafeTensorsFile, IEnumerable<SafeTensorsWriter.Item>>? add = null)
    {
        string source = TestData.Fixture(fixture);
        using SafeTensorsFile file = SafeTensorsFile.Open(System.IO.Path.Combine(source, ModelFolder.WeightsFile));
        List<SafeTensorsWriter.Item> items =
        [
            .. file.Entries.Where(entry => (rename?.Invoke(entry.Name) ?? entry.Name).Length > 0).Select(entry => Copy(file, entry.Name, rename?.Invoke(entry.Name) ?? entry.Name)),
            .. add?.Invoke(file) ?? [],
        ];
        SafeTensorsWriter.Write(System.IO.Path.Combine(Path, ModelFolder.WeightsFile), items);
        var json = (JsonObject)JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(source, ModelFolder.ConfigFile)))!;
        configure?.Invoke(json);
        File.WriteAllText(System.IO.Path.Combine(Path, ModelFolder.ConfigFile), json.ToJsonString());
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    public static SafeTensorsWriter.Item Copy(SafeTensorsFile file, string name, string newName)
    {
        byte[] content = file.Bytes(name).ToArray();
        return new SafeTensorsWriter.Item(newName, file[name].Type, file[name].Shape, stream => stream.Write(content));
    }

    public static SafeTensorsWriter.Item Numbers(string name, long[] shape, float value)
    {
        float[] content = new float[shape.Aggregate(1L, (product, dimension) => product * dimension)];
        Array.Fill(content, value);
        return new SafeTensorsWriter.Item(name, "F32", shape, stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(content)));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
