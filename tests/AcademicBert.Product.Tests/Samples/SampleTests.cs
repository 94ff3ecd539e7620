using System.Globalization;
using System.Text.RegularExpressions;
using AcademicBert.Modeling;
using AcademicBert.Tests.Packaging;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Samples;

/// <summary>Each sample is run as a program, from a model of random parameters that is small enough to be quick.</summary>
[TestClass]
public sealed partial class SampleTests
{
    private static readonly string s_folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private static readonly string s_model = Path.Combine(s_folder, "model");

    [ClassInitialize]
    public static void Prepare(TestContext _)
    {
        // Whatever the repository's own pages say is text enough.
        Vocabulary vocabulary = VocabularyTrainer.Train(Pages().Select(File.ReadAllText), new VocabularyTrainerOptions { Size = 1000 });
        var config = new BertConfig { HiddenSize = 32, Layers = 1, Heads = 2, IntermediateSize = 64, MaxPositions = 64, InitializerRange = 0.05 };
        using PretrainedBert bert = PretrainedBert.CreateUntrained(config, BertWordPieceTokenizer.Create(vocabulary));
        bert.Save(s_model);
    }

    [ClassCleanup]
    public static void Delete() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Sentiment_OnTheSdksDocumentation_IsBetterThanTheMoreFrequentLabel()
    {
        string output = Run("Sentiment", s_model);
        double[] shares = [.. Percent().Matches(output).Take(2).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.IsGreaterThan(shares[1] + 10, shares[0], output);
        Assert.Contains("The stream does not support writing.", output);
    }

    [TestMethod]
    public void Sentiment_OwnFilesAndSentence_AreRead()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "SST-2")).FullName;
        foreach (string file in (string[])["train.tsv", "dev.tsv"])
            File.WriteAllLines(Path.Combine(folder, file), ["sentence\tlabel", .. Enumerable.Range(0, 40).Select(row => row % 2 == 0 ? "a \"fine film \t1" : "a dull film \t0")]);
        string output = Run("Sentiment", s_model, folder, "a fine film");
        Assert.Contains("50.0 %", output);
        Assert.Contains(")  a fine film", output);
    }

    [TestMethod]
    public void SentencePairs_OnTheSdksDocumentation_SaysAccuracyAndAnAnswer()
    {
        string output = Run("SentencePairs", s_model);
        Assert.Contains("50.0 %", output, "as many pairs of either label");
        Assert.MatchesRegex(@"(not_)?entailment \d+ %", output);
    }

    [TestMethod]
    public void FillMask_TwoBlanks_GivesFiveWordsForEach()
    {
        string output = Run("FillMask", s_model, "[MASK] text [MASK]");
        string[] blanks = [.. output.Split('\n').Where(line => line.StartsWith("  [MASK]: ", StringComparison.Ordinal))];
        Assert.HasCount(2, blanks);
        Assert.IsTrue(blanks.All(line => line.Count(letter => letter == '%') == 5), output);
    }

    [TestMethod]
    [DataRow(192, DisplayName = "a new model")]
    [DataRow(32, DisplayName = "a model that goes on")]
    public void DomainCorpus_OwnFolder_MakesAModelAndFindsPassages(int width)
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "field")).FullName;
        foreach (string page in Pages())
            File.Copy(page, Path.Combine(folder, Path.GetFileNameWithoutExtension(page) + ".txt"), overwrite: true);
        string[] model = width == 32 ? [s_model] : [];
        string output = Run("DomainCorpus", [folder, "20 steps", "How long does pretraining take?", .. model]);
        using PretrainedBert bert = PretrainedBert.Load(Path.Combine(s_folder, "runs", "samples", "domain", "run", "model"));
        Assert.AreEqual(width, bert.Config.HiddenSize, output);
        string[] progress = [.. output.Split('\n').Where(line => line.Contains(" samples/s", StringComparison.Ordinal))];
        Assert.IsInRange(5, 11, progress.Length, output); // a line at each tenth of the budget, not at each step
        Assert.MatchesRegex(@"^ +100 %  step 20  loss [\d.]+  learning rate [\d.e-]+  [\d,]+ samples/s  00:00 left\s*$", progress[^1]);
        Assert.HasCount(3, output[output.IndexOf('?', StringComparison.Ordinal)..].TrimEnd().Split('\n')[1..]);
    }

    [TestMethod]
    public void Similarity_OnStsBsLayout_SaysCorrelationsAndComparesAPair()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "STS-B")).FullName;
        foreach (string file in (string[])["train.tsv", "dev.tsv"])
            File.WriteAllLines(Path.Combine(folder, file),
            [
                "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore",
                .. Enumerable.Range(0, 64).Select(row => $"{row}\tx\tx\t2026\t{row}\tnone\tnone\tthe text is long\t{(row % 2 == 0 ? "the text is long" : "a model trains")}\t{(row % 2 == 0 ? 5 : row % 3)}.0"),
            ]);
        string output = Run("Similarity", s_model, s_folder, "the text is long", "a model trains");
        Assert.MatchesRegex(@"Pearson -?[\d.]+ %", output);
        Assert.MatchesRegex(@"-?[\d.]+ of 5", output);
    }

    [TestMethod]
    public void SemanticSearch_APassageItself_IsTheNearest()
    {
        string passages = Path.Combine(s_folder, "passages.txt");
        File.WriteAllLines(passages, ["the text is long", "a model trains", "files are written"]);
        Assert.Contains("? a model trains\n  1.000  a model trains", Run("SemanticSearch", s_model, passages, "a model trains"));
    }

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "docs"), "*.md").Order(StringComparer.Ordinal);

    /// <summary>Runs a sample as it was built beside the tests, and gives what it writes.</summary>
    private static string Run(string name, params string[] arguments)
    {
        string here = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar), configuration = Path.GetFileName(Path.GetDirectoryName(here))!;
        string program = Path.Combine(TestData.RepositoryRoot, "samples", name, "bin", configuration, Path.GetFileName(here), name + ".dll");
        (int code, string output) = Dotnet.Start("dotnet", s_folder, [], ["exec", program, .. arguments]);
        if (output.Contains("documentation is not installed", StringComparison.Ordinal))
            Assert.Inconclusive("Skipped: the SDK's documentation is not installed.");
        Assert.AreEqual(0, code, output);
        return output.ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"([\d.]+) %")]
    private static partial Regex Percent();
}
