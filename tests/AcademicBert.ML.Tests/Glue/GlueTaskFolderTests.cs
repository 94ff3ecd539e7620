using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueTaskFolderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{\"data\":1,\"data\":2}")]
    public void Prepare_DamagedInputs_NamesTheFile(string content)
    {
        foreach (string name in (string[])["config.json", "model.safetensors", "vocab.txt", "CoLA/train.tsv", "CoLA/dev.tsv"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllText(Path.Combine(_folder, name), name);
        }

        Prepare();
        Prepare();
        string inputs = Path.Combine(_folder, "inputs.json");
        File.WriteAllText(inputs, content);
        Assert.Contains(inputs, Assert.ThrowsExactly<InvalidDataException>(Prepare).Message);
    }

    private void Prepare() => GlueTaskFolder.Prepare(_folder, new GlueOptions(), _folder, _folder, GlueTask.Find("CoLA"));
}
