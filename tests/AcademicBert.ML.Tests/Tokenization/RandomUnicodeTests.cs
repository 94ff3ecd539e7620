using System.Text;
using AcademicBert.Tokenization;
using CsCheck;

namespace AcademicBert.Tests.Tokenization;

/// <summary>The fast path against the published rules, on text that nobody writes.</summary>
[TestClass]
public sealed class RandomUnicodeTests
{
    // Words and pieces of many scripts, so that more than [UNK] comes out.
    private static readonly Vocabulary s_vocabulary = Vocabulary.FromWords(new[]
    {
        Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, "the", "##the", "bread", "##s", "é", "好", "\U00020000", "\U0001F600", "##\U0001F600",
    }
        .Concat(Enumerable.Range(0x21, 0x7E - 0x20).Select(c => ((char)c).ToString()).Where(c => c.ToLowerInvariant() == c).SelectMany(c => new[] { c, "##" + c }))
        .Concat(new[] { (0xDF, 0xFF), (0x3B1, 0x3C9), (0x430, 0x44F), (0x5D0, 0x5EA), (0x627, 0x64A), (0x905, 0x939), (0xE01, 0xE2E), (0x1100, 0x1112), (0x3042, 0x3093), (0xAC00, 0xAC20) }
            .SelectMany(range => Enumerable.Range(range.Item1, range.Item2 - range.Item1)).Select(c => ((char)c).ToString().Normalize(NormalizationForm.FormC)).SelectMany(c => new[] { c, "##" + c }))
        .Distinct());

    private static readonly BertWordPieceTokenizer s_fast = BertWordPieceTokenizer.Create(s_vocabulary);
    private static readonly PublishedRulesTokenizer s_slow = new(s_vocabulary);

    /// <summary>A scalar value or a lone surrogate, drawn by kind: letters are often, what breaks tokenizers is often too.</summary>
    private static readonly Gen<string> s_unit = Gen.Frequency(
        (8, Gen.Char['a', 'z'].Select(c => c.ToString())),
        (3, Gen.Char['A', 'Z'].Select(c => c.ToString())),
        (3, Gen.Char['!', '9'].Select(c => c.ToString())),
        (3, Gen.OneOfConst(" ", "\t", "\n", "\r", "\u00A0", "\u2028", "\u3000", "\u200B", "\u00AD", "\0", "\uFFFD", "\uFEFF", "\u0085")),
        (3, Gen.Char['\u00C0', '\u024F'].Select(c => c.ToString())),
        (3, Gen.Char['\u0300', '\u036F'].Select(c => c.ToString())),
        (2, Gen.Char['\u0370', '\u1FFF'].Select(c => c.ToString())),
        (2, Gen.Char['\u3000', '\u9FFF'].Select(c => c.ToString())),
        (2, Gen.Char['\uAC00', '\uD7A3'].Select(c => c.ToString())),
        (1, Gen.Char['\uD800', '\uDFFF'].Select(c => c.ToString())),
        (1, Gen.Char['\uE000', '\uFFFF'].Select(c => c.ToString())),
        (2, Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32)),
        (1, Gen.OneOfConst("the", "bread", "[mask]", "##", "ſ", "İ", "ß", "K", "ﬁ", "…", "ǅ", "ΐ", "가", "각")));

    [TestMethod]
    public void AppendIds_RandomText_EqualsThePublishedRules()
    {
        if ("é".Normalize(NormalizationForm.FormD).Length == 1)
            Assert.Inconclusive("Skipped: the slow path needs Unicode normalization, which invariant globalization switches off.");
        s_unit.Array[0, 60].Select(string.Concat).Sample(text =>
        {
            // A lone surrogate is no character; .NET's normalization, which the slow path uses, throws at it, and its runes are U+FFFD.
            string whole = string.Concat(text.EnumerateRunes());
            var ids = new List<int>();
            s_fast.AppendIds(text, ids);
            Assert.AreSequenceEqual(s_slow.Encode(whole), ids, message: string.Join(' ', text.Select(c => ((int)c).ToString("X4"))));
        }, iter: 20_000, threads: 1);
    }

    [TestMethod]
    public void AppendIds_EveryScalarValueAlone_EqualsThePublishedRules()
    {
        if ("é".Normalize(NormalizationForm.FormD).Length == 1)
            Assert.Inconclusive("Skipped: the slow path needs Unicode normalization, which invariant globalization switches off.");
        var ids = new List<int>();
        var differences = new List<string>();
        for (int code = 0; code <= 0x10FFFF; code += code == 0xD7FF ? 0x801 : 1)
        {
            // Planes without any character are drawn from only.
            if (code is > 0x3FFFF and < 0xE0000 or > 0xE01FF && code % 97 != 0)
                continue;
            string text = $"a{char.ConvertFromUtf32(code)}b";
            ids.Clear();
            s_fast.AppendIds(text, ids);
            if (!ids.SequenceEqual(s_slow.Encode(text)))
                differences.Add($"U+{code:X4}: {string.Join(' ', s_slow.Encode(text).Select(id => s_vocabulary[id]))} by the rules, {string.Join(' ', ids.Select(id => s_vocabulary[id]))} here.");
        }

        Assert.IsEmpty(differences, string.Join('\n', differences.Take(20)));
    }
}
