using System.Text.Json;
using AcademicBert.Tokenization;

namespace AcademicBert.Tests.Tokenization;

[TestClass]
public sealed class TokenizerFixtureTests
{
    [TestMethod]
    public void AppendIds_UncasedFixture_EqualsTheReferenceOnEveryLine() => CompareSingles("wordpiece_uncased.jsonl", Uncased());

    [TestMethod]
    public void AppendIds_CasedFixture_EqualsTheReferenceOnEveryLine() =>
        CompareSingles("wordpiece_cased.jsonl", BertWordPieceTokenizer.Create(Vocabulary.Load(TestData.Require("vocab", "bert-base-cased.txt")), new BertTokenizationOptions { LowerCase = false }));

    [TestMethod]
    public void AppendIds_LoneSurrogates_RemovesThemAsTheReferenceDoes()
    {
        BertWordPieceTokenizer tokenizer = Uncased();
        foreach (JsonElement line in Lines("wordpiece_lone_surrogates.jsonl"))
        {
            string text = string.Concat(line.GetProperty("utf16").EnumerateArray().Select(unit => (char)unit.GetInt32()));
            CollectionAssert.AreEqual(Ids(line), Encode(tokenizer, text), line.GetRawText());
        }
    }

    [TestMethod]
    public void EncodeInput_PairsFixture_TruncatesTheLongestFirstAndMarksTheSecondText()
    {
        BertWordPieceTokenizer tokenizer = Uncased();
        var ids = new List<int>();
        var types = new List<int>();
        foreach (JsonElement line in Lines("wordpiece_pairs_uncased.jsonl"))
        {
            tokenizer.EncodeInput(line.GetProperty("text_a").GetString()!, line.GetProperty("text_b").GetString(), line.GetProperty("max_length").GetInt32(), ids, types);
            CollectionAssert.AreEqual(Ids(line), ids, line.GetRawText());
            CollectionAssert.AreEqual(line.GetProperty("token_type_ids").EnumerateArray().Select(type => type.GetInt32()).ToList(), types, line.GetRawText());
        }
    }

    [TestMethod]
    public void EncodeToTokens_UncasedFixture_GivesTheSameIdsAsTheFastPathAndOrderedRanges()
    {
        BertWordPieceTokenizer tokenizer = Uncased();
        foreach (JsonElement line in Lines("wordpiece_uncased.jsonl"))
        {
            string text = line.GetProperty("text").GetString()!;
            IReadOnlyList<Microsoft.ML.Tokenizers.EncodedToken> tokens = tokenizer.EncodeToTokens(text, out _);
            var ids = new List<int>();
            tokenizer.AppendIds(text, ids);
            CollectionAssert.AreEqual(ids, tokens.Select(token => token.Id).ToList(), line.GetRawText());
            int previous = 0;
            foreach (Microsoft.ML.Tokenizers.EncodedToken token in tokens)
            {
                Assert.IsTrue(token.Offset.Start.Value >= previous && token.Offset.End.Value >= token.Offset.Start.Value && token.Offset.End.Value <= text.Length, $"{token.Value} {token.Offset} in {line.GetRawText()}");
                previous = token.Offset.Start.Value;
            }
        }
    }

    internal static BertWordPieceTokenizer Uncased() => BertWordPieceTokenizer.Create(Vocabulary.Load(TestData.Require("vocab", "bert-base-uncased.txt")));

    private static void CompareSingles(string file, BertWordPieceTokenizer tokenizer)
    {
        List<string> wrong = [];
        foreach (JsonElement line in Lines(file))
        {
            string text = line.GetProperty("text").GetString()!;
            List<int> expected = Ids(line), actual = Encode(tokenizer, text);
            if (!expected.SequenceEqual(actual))
                wrong.Add($"{line.GetProperty("category")}: {JsonSerializer.Serialize(text)}\n expected {Words(expected)}\n actual   {Words(actual)}");
        }
        Assert.IsEmpty(wrong, $"{wrong.Count} lines differ:\n{string.Join('\n', wrong.Take(20))}");

        string Words(List<int> ids) => string.Join(' ', ids.Select(id => tokenizer.Vocabulary[id]));
    }

    private static List<int> Encode(BertWordPieceTokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.EncodeInput(text, null, int.MaxValue, ids, []);
        return ids;
    }

    private static List<int> Ids(JsonElement line) => [.. line.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];

    private static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadLines(TestData.Fixture("tokenization", file)).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement);
}
