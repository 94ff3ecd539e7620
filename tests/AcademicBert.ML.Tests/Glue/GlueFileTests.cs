using System.IO.Compression;
using System.Text;
using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("CoLA", "gj04\t1\t\tIt rains.\n", "It rains.", null, 1f)]
    [DataRow("SST-2", "sentence\tlabel\nfine film \t1\n", "fine film ", null, 1f)]
    [DataRow("MRPC", "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t70\t71\tHe said \"no.\tHe denied it.\n", "He said \"no.", "He denied it.", 1f)]
    [DataRow("STS-B", "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n0\tg\tf\ty\t1\tnone\tnone\tA plane.\tA kite.\t3.800\n", "A plane.", "A kite.", 3.8f)]
    [DataRow("QQP", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n5\t6\t7\tWhy?\tWhat for?\t0\n", "Why?", "What for?", 0f)]
    [DataRow("MNLI", "index\tpromptID\tsentence1\tsentence2\tlabel1\tgold_label\n0\t9\tHe sleeps.\tHe runs.\tneutral\tcontradiction\n", "He sleeps.", "He runs.", 2f)]
    [DataRow("QNLI", "index\tquestion\tsentence\tlabel\n0\tWho?\tHe.\tnot_entailment\n", "Who?", "He.", 1f)]
    [DataRow("RTE", "index\tsentence1\tsentence2\tlabel\n0\tA and B.\tA.\tentailment\n", "A and B.", "A.", 0f)]
    [DataRow("WNLI", "index\tsentence1\tsentence2\tlabel\n0\tIt fell.\tThe cup fell.\t1\n", "It fell.", "The cup fell.", 1f)]
    public void Train_OfficialLayout_IsRead(string name, string content, string sentence1, string? sentence2, float label)
    {
        var task = GlueTask.Find(name);
        Write(task, "train.tsv", content);
        Assert.AreEqual(new GlueRow(sentence1, sentence2, label), GlueFile.Train(_folder, task).Rows.Single());
    }

    [TestMethod]
    [DataRow("CoLA", "test.tsv", "index\tsentence\n0\tIt rains.\n", "It rains.", null)]
    [DataRow("MRPC", "test.tsv", "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\tOne.\tTwo.\n", "One.", "Two.")]
    [DataRow("QQP", "test.tsv", "index\tquestion1\tquestion2\n0\tWhy?\tHow?\n", "Why?", "How?")]
    [DataRow("MNLI", "test_matched.tsv", "index\tsentence1\tsentence2\n0\tA.\tB.\n", "A.", "B.")]
    public void Test_OfficialLayout_IsReadWithoutLabels(string name, string file, string content, string sentence1, string? sentence2)
    {
        var task = GlueTask.Find(name);
        Write(task, file, content);
        GlueRow row = GlueFile.Test(_folder, task, task.Evaluations[0]).Rows.Single();
        Assert.AreEqual((sentence1, sentence2), (row.Sentence1, row.Sentence2));
        Assert.IsTrue(float.IsNaN(row.Label));
    }

    [TestMethod]
    public void Test_Diagnostics_AreFoundInEitherFolder()
    {
        GlueEvaluation evaluation = GlueTask.Diagnostics.Evaluations[0];
        Directory.CreateDirectory(Path.Combine(_folder, "diagnostic"));
        File.WriteAllText(Path.Combine(_folder, "diagnostic", "diagnostic.tsv"), "index\tsentence1\tsentence2\n0\tA.\tB.\n");
        Assert.HasCount(1, GlueFile.Test(_folder, GlueTask.Diagnostics, evaluation).Rows);
        Write(GlueTask.Diagnostics, "AX.tsv", "index\tsentence1\tsentence2\n0\tA.\tB.\n1\tC.\tD.\n");
        Assert.HasCount(2, GlueFile.Test(_folder, GlueTask.Diagnostics, evaluation).Rows);
    }

    [TestMethod]
    public void Train_MarkCrLfUnbalancedQuotesAndNoFinalNewline_AreReadRight()
    {
        var task = GlueTask.Find("SST-2");
        Write(task, "train.tsv", "\uFEFFsentence\tlabel\r\n\"so-called \" comedy\t0\r\n\"open quote\t1");
        Assert.AreSequenceEqual([new GlueRow("\"so-called \" comedy", null, 0), new GlueRow("\"open quote", null, 1)], GlueFile.Train(_folder, task).Rows);
    }

    [TestMethod]
    public void Train_LineOfTenMegabytes_IsRead()
    {
        var task = GlueTask.Find("SST-2");
        string sentence = string.Concat(Enumerable.Repeat("good film ", 1_000_000));
        Write(task, "train.tsv", $"sentence\tlabel\n{sentence}\t1\nbad\t0\n");
        IReadOnlyList<GlueRow> rows = GlueFile.Train(_folder, task).Rows;
        Assert.AreEqual(sentence, rows[0].Sentence1);
        Assert.AreEqual(new GlueRow("bad", null, 0), rows[1]);
    }

    [TestMethod]
    public void Train_Compressed_IsReadLikePlain()
    {
        var task = GlueTask.Find("SST-2");
        Directory.CreateDirectory(Path.Combine(_folder, task.Name));
        using (var stream = new GZipStream(File.Create(Path.Combine(_folder, task.Name, "train.tsv.gz")), CompressionLevel.Fastest))
            stream.Write("sentence\tlabel\nfine\t1\n"u8);
        Assert.AreEqual(new GlueRow("fine", null, 1), GlueFile.Train(_folder, task).Rows.Single());
    }

    [TestMethod]
    [DataRow("SST-2", "", "is empty")]
    [DataRow("SST-2", "sentence\tlabel\n", "holds no rows")]
    [DataRow("SST-2", "text\tlabel\nfine\t1\n", "line 1: there is no column 'sentence'")]
    [DataRow("SST-2", "sentence\tlabel\nfine\t1\nbad\n", "line 3: has 1 columns, there should be 2")]
    [DataRow("SST-2", "sentence\tlabel\nfine\tfilm\t1\n", "line 2: has 3 columns, there should be 2")]
    [DataRow("SST-2", "sentence\tlabel\n\nfine\t1\n", "line 2: has 1 columns")]
    [DataRow("SST-2", "sentence\tlabel\nfine\t2\n", "line 2, column 'label': '2' is no label of SST-2; labels are 0, 1")]
    [DataRow("RTE", "index\tsentence1\tsentence2\tlabel\n0\tA\tB\tmaybe\n", "line 2, column 'label': 'maybe'")]
    [DataRow("MNLI", "sentence1\tsentence2\tgold_label\nA\tB\t-\n", "line 2, column 'gold_label': '-'")]
    [DataRow("STS-B", "sentence1\tsentence2\tscore\nA\tB\t5.1\n", "line 2, column 'score': '5.1' is no number from 0 to 5")]
    [DataRow("STS-B", "sentence1\tsentence2\tscore\nA\tB\tmany\n", "line 2, column 'score': 'many'")]
    public void Train_MalformedFile_IsRefusedWithFileAndLine(string name, string content, string message)
    {
        var task = GlueTask.Find(name);
        Write(task, "train.tsv", content);
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => GlueFile.Train(_folder, task));
        Assert.Contains(Path.Combine(name, "train.tsv"), error.Message);
        Assert.Contains(message, error.Message);
    }

    [TestMethod]
    public void Train_InvalidUtf8_IsRefusedWithFileAndLine()
    {
        var task = GlueTask.Find("SST-2");
        Write(task, "train.tsv", "");
        File.WriteAllBytes(Path.Combine(_folder, task.Name, "train.tsv"), [.. "sentence\tlabel\nfine\t1\ncaf"u8, 0xE9, .. "\t1\n"u8]);
        Assert.Contains("train.tsv, line 3: byte 0xE9 at offset 25 is not UTF-8", Assert.ThrowsExactly<InvalidDataException>(() => GlueFile.Train(_folder, task)).Message);
    }

    [TestMethod]
    public void Train_BrokenRowsToSkip_AreCountedAndTheRestIsRead()
    {
        var task = GlueTask.Find("QQP");
        Write(task, "train.tsv", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tWhy?\tHow\n so?\t1\n4\t5\t6\tWho?\tWhom?\t1\n");
        GlueRows read = GlueFile.Train(_folder, task, skipBrokenRows: true);
        Assert.AreEqual(2, read.Skipped);
        Assert.AreEqual("Who?", read.Rows.Single().Sentence1);
    }

    [TestMethod]
    public void Test_IndexOutOfOrder_IsRefused()
    {
        var task = GlueTask.Find("RTE");
        Write(task, "test.tsv", "index\tsentence1\tsentence2\n0\tA\tB\n2\tC\tD\n");
        Assert.Contains("line 3: the index is '2', it should be 1", Assert.ThrowsExactly<InvalidDataException>(() => GlueFile.Test(_folder, task, task.Evaluations[0])).Message);
    }

    [TestMethod]
    public void Train_NoFile_SaysWhereItWasLookedFor() =>
        Assert.Contains(Path.Combine(_folder, "RTE"), Assert.ThrowsExactly<FileNotFoundException>(() => GlueFile.Train(_folder, GlueTask.Find("rte"))).Message);

    [TestMethod]
    [DataRow("CoLA", 8551, 1043, 1063)]
    [DataRow("SST-2", 67349, 872, 1821)]
    [DataRow("STS-B", 5749, 1500, 1379)]
    [DataRow("RTE", 2490, 277, 3000)]
    [DataRow("WNLI", 635, 71, 146)]
    public void Files_OfficialData_HaveTheOfficialNumberOfRows(string name, int train, int dev, int test)
    {
        string data = TestData.Require("glue");
        var task = GlueTask.Find(name);
        Assert.HasCount(train, GlueFile.Train(data, task).Rows);
        Assert.HasCount(dev, GlueFile.Dev(data, task, task.Evaluations[0]).Rows);
        Assert.HasCount(test, GlueFile.Test(data, task, task.Evaluations[0]).Rows);
        Assert.AreEqual(test, task.Evaluations[0].TestRows);
    }

    [TestMethod]
    [DataRow("MNLI", 480, 3)]
    [DataRow("QNLI", 320, 2)]
    [DataRow("QQP", 320, 2)]
    public void Read_OfficialSample_HasItsRowsInBalance(string name, int rows, int classes)
    {
        IReadOnlyList<GlueRow> read = GlueFile.Read(TestData.Require("glue", name, "official-rows-kshot.tsv"), GlueTask.Find(name), labelled: true).Rows;
        Assert.HasCount(rows, read);
        Assert.AreSequenceEqual(Enumerable.Repeat(rows / classes, classes), read.CountBy(row => row.Label).OrderBy(count => count.Key).Select(count => count.Value));
    }

    private void Write(GlueTask task, string file, string content)
    {
        Directory.CreateDirectory(Path.Combine(_folder, task.Name));
        File.WriteAllText(Path.Combine(_folder, task.Name, file), content, new UTF8Encoding(false));
    }
}
