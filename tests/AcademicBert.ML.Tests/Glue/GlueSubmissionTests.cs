using System.IO.Compression;
using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueSubmissionTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string Zip => Path.Combine(_folder, "submission.zip");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Write_AllEvaluations_IsAcceptedWithTheOfficialFilesAndLabels()
    {
        GlueSubmission.Write(Zip, Complete());
        Assert.IsEmpty(GlueSubmission.Check(Zip), string.Join("\n", GlueSubmission.Check(Zip)));
        using ZipArchive zip = ZipFile.OpenRead(Zip);
        Assert.AreSequenceEqual(
            ["AX.tsv", "CoLA.tsv", "MNLI-m.tsv", "MNLI-mm.tsv", "MRPC.tsv", "QNLI.tsv", "QQP.tsv", "RTE.tsv", "SST-2.tsv", "STS-B.tsv", "WNLI.tsv"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        Assert.AreSequenceEqual(["index\tprediction", "0\tentailment", "1\tneutral", "2\tcontradiction"], Lines(zip, "AX.tsv").Take(4));
        Assert.AreSequenceEqual(["0\tentailment", "1\tnot_entailment"], Lines(zip, "QNLI.tsv").Skip(1).Take(2));
        Assert.AreSequenceEqual(["0\t0", "1\t1"], Lines(zip, "WNLI.tsv").Skip(1).Take(2));
    }

    [TestMethod]
    public void Write_Similarities_AreCutToTheScale()
    {
        GlueSubmission.Write(Zip, new Dictionary<string, float[]> { ["STS-B"] = [-0.4f, 2.34567f, 5.2f] });
        using ZipArchive zip = ZipFile.OpenRead(Zip);
        Assert.AreSequenceEqual(["index\tprediction", "0\t0.000", "1\t2.346", "2\t5.000"], Lines(zip, "STS-B.tsv"));
    }

    [TestMethod]
    public void Write_UnknownNameOrClass_IsRefusedAndLeavesNoFile()
    {
        Assert.ThrowsExactly<ArgumentException>(() => GlueSubmission.Write(Zip, new Dictionary<string, float[]> { ["MNLI"] = [0] }));
        Assert.ThrowsExactly<ArgumentException>(() => GlueSubmission.Write(Zip, new Dictionary<string, float[]> { ["RTE"] = [2] }));
        Assert.ThrowsExactly<ArgumentException>(() => GlueSubmission.Write(Zip, new Dictionary<string, float[]> { ["STS-B"] = [float.NaN] }));
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    [DataRow("RTE.tsv", null, "RTE.tsv is missing")]
    [DataRow("RTE.tsv", "prediction\n", "RTE.tsv, line 1")]
    [DataRow("RTE.tsv", "index\tprediction\n0\tentailment\n2\tentailment\n", "RTE.tsv, line 3")]
    [DataRow("RTE.tsv", "index\tprediction\n0\t1\n", "RTE.tsv, line 2")]
    [DataRow("STS-B.tsv", "index\tprediction\n0\t5.1\n", "STS-B.tsv, line 2")]
    [DataRow("WNLI.tsv", "index\tprediction\n0\t1\n", "WNLI.tsv: has 1 predictions, the test set has 146 rows")]
    [DataRow("sub/RTE.tsv", "index\tprediction\n", "sub/RTE.tsv is no file")]
    public void Check_DamagedSubmission_SaysWhatIsWrong(string file, string? content, string message)
    {
        GlueSubmission.Write(Zip, Complete());
        using (ZipArchive zip = ZipFile.Open(Zip, ZipArchiveMode.Update))
        {
            zip.GetEntry(file)?.Delete();
            if (content is not null)
            {
                using var writer = new StreamWriter(zip.CreateEntry(file).Open());
                writer.Write(content);
            }
        }

        Assert.Contains(message, GlueSubmission.Check(Zip).Single());
    }

    private static Dictionary<string, float[]> Complete() => GlueSubmission.Files.ToDictionary(
        file => file.Evaluation.Submission, file => Enumerable.Range(0, file.Evaluation.TestRows).Select(row => file.Task.IsRegression ? row % 6 : (float)(row % file.Task.Labels.Count)).ToArray());

    private static string[] Lines(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd().TrimEnd('\n').Split('\n');
    }
}
