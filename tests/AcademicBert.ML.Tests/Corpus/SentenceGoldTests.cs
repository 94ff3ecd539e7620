using System.Globalization;
using System.IO.Compression;
using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

/// <summary>
/// Compares with boundaries set by hand in randomly drawn paragraphs of Wikipedia and of novels. The file holds places only: file, line,
/// and where each sentence but the last ends. Paragraphs with an odd number were not looked at while the rules were written.
/// </summary>
[TestClass]
public sealed class SentenceGoldTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("enwiki", 0.98)]
    [DataRow("eltec", 0.96)]
    public void Split_ParagraphsLabelledByHand_FindsTheBoundaries(string corpus, double least)
    {
        (string Text, int[] Ends)[] gold = Gold(corpus);
        (string Name, IEnumerable<(string Text, int[] Ends)> Paragraphs)[] parts =
            [("all", gold), ("seen while tuning", gold.Where((_, i) => i % 2 == 0)), ("unseen", gold.Where((_, i) => i % 2 == 1))];
        foreach ((string name, IEnumerable<(string Text, int[] Ends)> paragraphs) in parts)
        {
            double ours = Score(paragraphs, Split), everyStop = Score(paragraphs, EveryStop);
            TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{corpus}, {name}: {paragraphs.Sum(paragraph => paragraph.Ends.Length + 1)} sentences, F1 {ours * 100:F1} %, at every stop {everyStop * 100:F1} %"));
            Assert.IsGreaterThan(least, ours, name);
            Assert.IsGreaterThan(everyStop, ours, name);
        }
    }

    private static (string Text, int[] Ends)[] Gold(string corpus)
    {
        string root = TestData.Require("text");
        string path = Path.Combine(TestData.RepositoryRoot, "tests", "AcademicBert.ML.Tests", "Corpus", "SentenceGold.tsv");
        return
        [
            .. File.ReadLines(path).Select(line => line.Split('\t')).Where(fields => fields[0].StartsWith(corpus, StringComparison.Ordinal))
                .Select(fields => (Line(Path.Combine(root, fields[0]), int.Parse(fields[1], CultureInfo.InvariantCulture)), fields[2].Split(' ').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray())),
        ];
    }

    private static string Line(string file, int number)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        for (int line = 1; line < number; line++)
            reader.ReadLine();
        return reader.ReadLine()!;
    }

    private static double Score(IEnumerable<(string Text, int[] Ends)> paragraphs, Func<string, IEnumerable<int>> split)
    {
        int right = 0, found = 0, wanted = 0;
        foreach ((string text, int[] ends) in paragraphs)
        {
            int[] places = [.. split(text).Where(end => !string.IsNullOrWhiteSpace(text[end..]))];
            right += places.Intersect(ends).Count();
            found += places.Length;
            wanted += ends.Length;
        }

        return 2.0 * right / (found + wanted);
    }

    private static List<int> Split(string text)
    {
        List<int> ends = [];
        SentenceSplitter.Split(text, ends);
        return ends;
    }

    /// <summary>What one gets without rules: a boundary at every stop, closing marks included, that white space follows.</summary>
    private static IEnumerable<int> EveryStop(string text) =>
        Enumerable.Range(1, text.Length - 1).Where(i => char.IsWhiteSpace(text[i]) && text[..i].TrimEnd('"', '\'', '”', '’', ')', ']') is [.., '.' or '!' or '?']);
}
