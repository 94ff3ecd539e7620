using System.Globalization;
using System.Text;
using AcademicBert.Cli.Commands;
using AcademicBert.Corpus;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Commands;

/// <summary><c>vocab</c>, <c>prepare</c> and <c>embed</c>.</summary>
[TestClass]
public sealed class TextCommandTests
{
    private static readonly string[] s_lines = ["--text.layout", "DocumentPerLine"];

    private readonly CommandLine _line = new();

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task Vocab_Text_WritesAVocabularyOfTheSizeAsked()
    {
        await _line.Succeed("vocab", _line.Text(), "--output", _line.Path("new", "vocab.txt"), "--size", "50");
        Vocabulary vocabulary = Vocabulary.Load(_line.Path("new", "vocab.txt"));
        Assert.AreEqual(50, vocabulary.Count);
        Assert.Contains("one piece", _line.Output);
        Assert.HasCount(1, Directory.GetFiles(_line.Path("new")));
    }

    [TestMethod]
    public async Task Prepare_TextAndVocabulary_MakesACorpusThatPretrainTakes()
    {
        string text = _line.Text(), vocabulary = _line.Path("vocab.txt"), corpus = _line.Path("corpus");
        await _line.Succeed("vocab", text, "--output", vocabulary, "--size", "80");
        await _line.Succeed(["prepare", text, "--output", corpus, "--vocab", vocabulary, "--sequenceLength", "32", "--heldOutFraction", "0.2", .. s_lines]);
        using (PreparedCorpus prepared = PreparedCorpus.Open(corpus))
        {
            Assert.AreEqual(32, prepared.Manifest.SequenceLength);
            Assert.AreEqual(40, prepared.Manifest.DocumentsRead);
        }

        await _line.Succeed(
            "pretrain", corpus, "--run", _line.Path("run"), "--budget", "1 steps", "--batchSize", "4", "--microBatchSize", "4", "--model.hiddenSize", "16", "--model.layers", "1",
            "--model.heads", "2", "--model.intermediateSize", "32", "--model.maxPositions", "32", "--corpus.sequenceLength", "32");
        Assert.AreEqual(File.ReadAllText(vocabulary), File.ReadAllText(_line.Path("run", "model", "vocab.txt")));
    }

    [TestMethod]
    public async Task Prepare_OtherOptionsInTheSameFolder_IsRefused()
    {
        string[] command = ["prepare", _line.Text(), "--output", _line.Path("corpus"), "--vocabulary.size", "80", .. s_lines];
        await _line.Succeed(command);
        await _line.Succeed(command);
        Assert.AreEqual(ExitCode.Failure, await _line.Run([.. command, "--sequenceLength", "64"]));
        Assert.Contains("another value of --sequenceLength: 128 -> 64.", _line.Errors);
        await _line.Succeed([.. command, "--sequenceLength", "64", "--overwrite", "true"]);
    }

    [TestMethod]
    public async Task Embed_Lines_WritesTheSameVectorsInEveryFormat()
    {
        string model = _line.Model(), text = _line.Text(lines: 5);
        await _line.Succeed("embed", model, text, "-o", _line.Path("vectors.tsv"), "--normalize");
        await _line.Succeed("embed", model, text, "-o", _line.Path("vectors.npy"), "--normalize");
        string[][] rows = [.. File.ReadAllLines(_line.Path("vectors.tsv")).Select(line => line.Split('\t'))];
        Assert.AreSequenceEqual(Enumerable.Range(1, 5).Select(line => $"{text}:{line}"), rows.Select(row => row[0]));
        float[] numbers = [.. rows.SelectMany(row => row[1..]).Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
        Assert.AreEqual(5 * 16, numbers.Length);
        Assert.AreEqual(1, numbers[..16].Sum(number => number * number), 1e-5);

        await _line.Succeed("embed", model, text, "-o", _line.Path("vectors.csv"), "--normalize");
        Assert.AreSequenceEqual(File.ReadAllLines(_line.Path("vectors.tsv")).Select(line => line.Replace('\t', ',')), File.ReadAllLines(_line.Path("vectors.csv")));

        byte[] npy = File.ReadAllBytes(_line.Path("vectors.npy"));
        Assert.AreSequenceEqual((byte[])[0x93, .. "NUMPY"u8, 1, 0, 118, 0], npy[..10]);
        string header = Encoding.ASCII.GetString(npy, 10, 118);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 16), }", header);
        Assert.EndsWith("\n", header);
        float[] matrix = new float[5 * 16];
        Assert.AreEqual(128 + 4 * matrix.Length, npy.Length);
        Buffer.BlockCopy(npy, 128, matrix, 0, 4 * matrix.Length);
        Assert.AreSequenceEqual(numbers, matrix);
    }

    [TestMethod]
    public async Task Embed_EmptyLines_HaveAVectorToo()
    {
        string model = _line.Model(), text = _line.Path("blank.txt");
        await File.WriteAllTextAsync(text, "the baker\n\nthe day\n");
        await _line.Succeed("embed", model, text, "-o", _line.Path("vectors.tsv"));
        Assert.AreSequenceEqual([$"{text}:1", $"{text}:2", $"{text}:3"], Sources("vectors.tsv"));
        await _line.Succeed("embed", model, text, "-o", _line.Path("vectors.npy"));
        Assert.Contains("'shape': (3, 16)", Encoding.ASCII.GetString(await File.ReadAllBytesAsync(_line.Path("vectors.npy")), 10, 118));
        await _line.Succeed("embed", model, text, "-o", _line.Path("whole.tsv"), "--layout", "DocumentPerFile");
        Assert.AreSequenceEqual([text], Sources("whole.tsv"));
    }

    [TestMethod]
    public async Task Embed_Table_ReadsTheColumnThatPredictReads()
    {
        string model = _line.Model(), lines = _line.Path("lines.txt"), table = _line.Path("table.csv");
        await File.WriteAllTextAsync(lines, "the baker, bread\nthe day\n");
        await File.WriteAllTextAsync(table, "label,review\nfood,\"the baker, bread\"\n\ntime,the day\n");
        await _line.Succeed("embed", model, lines, "-o", _line.Path("lines.tsv"));
        await _line.Succeed("embed", model, table, "-o", _line.Path("table.tsv"), "--text", "review");
        Assert.AreSequenceEqual([$"{table}:2", $"{table}:4"], Sources("table.tsv"));
        Assert.AreSequenceEqual(Numbers("lines.tsv"), Numbers("table.tsv"));
        Assert.AreEqual(ExitCode.Failure, await _line.Run("embed", model, table, "-o", _line.Path("other.tsv"), "--text", "reviw"));
        Assert.Contains("table.csv, line 1: there is no column 'reviw' (--text; did you mean 'review'?).", _line.Errors);
        Assert.IsFalse(File.Exists(_line.Path("other.tsv")));
    }

    private IEnumerable<string> Sources(string file) => File.ReadAllLines(_line.Path(file)).Select(line => line.Split('\t')[0]);

    private IEnumerable<string> Numbers(string file) => File.ReadAllLines(_line.Path(file)).Select(line => line[(line.IndexOf('\t') + 1)..]);
}
