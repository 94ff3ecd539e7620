using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Tokenization;

[TestClass]
public sealed class SlowPathTests
{
    // Every so many documents: the whole of the text would take minutes by the slow path.
    private const int Stride = 12;

    [TestMethod]
    [DataRow("enwiki-wikiextractor")]
    [DataRow("eltec-eng")]
    public void AppendIds_RealText_EqualsThePublishedRulesOnEveryDocument(string corpus)
    {
        if ("é".Normalize(NormalizationForm.FormD).Length == 1)
            Assert.Inconclusive("Skipped: the slow path needs Unicode normalization, which invariant globalization switches off.");
        Vocabulary vocabulary = Vocabulary.Load(TestData.Require("vocab", "bert-base-uncased.txt"));
        BertWordPieceTokenizer fast = BertWordPieceTokenizer.Create(vocabulary);
        var slow = new PublishedRulesTokenizer(vocabulary);
        var ids = new List<int>();
        int compared = 0;
        string folder = TestData.Require("text", corpus);
        foreach (Document document in new TextFileSource(folder).Read().Where((_, i) => i % Stride == 0))
        {
            ids.Clear();
            fast.AppendIds(document.Text, ids);
            List<int> expected = slow.Encode(document.Text);
            int differs = ids.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            if (differs < Math.Max(ids.Count, expected.Count))
                Assert.Fail($"{document.Source}: token {differs} differs after '{string.Join(' ', expected.Take(differs).TakeLast(8).Select(id => vocabulary[id]))}': {Word(expected, differs)} by the rules, {Word(ids, differs)} here.");
            compared++;
        }

        Assert.IsGreaterThan(5, compared);

        string Word(List<int> list, int at) => at < list.Count ? vocabulary[list[at]] : "the end";
    }
}
