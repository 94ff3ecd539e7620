using AcademicBert.Masking;
using CsCheck;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class WordSelectorTests
{
    private const int Start = 0, Continuation = 1, Delimiter = 2;

    private static readonly bool[] s_continues = [false, true, false];

    [TestMethod]
    public void Choose_AnyWords_TakesWholeOnesUntilNoOtherFits() =>
        Gen.Select(Gen.Bool, Gen.Int[1, 6].Array[1, 60], Gen.Int[1, 80], Gen.ULong, Gen.Int[1, 5]).Sample((spans, lengths, most, seed, spanWords) =>
        {
            int[] starts = [.. lengths.Select((_, word) => lengths[..word].Sum())];
            int count = Math.Min(most, lengths.Sum());
            var options = new MaskingOptions { Unit = spans ? MaskingUnit.Span : MaskingUnit.WholeWord, MaxSpanWords = spanWords, SpanEndProbability = 0.3 };
            (int[] chosen, int[] decisions) = Choose(options, [.. lengths.SelectMany(Word)], count, seed);
            int[] taken = [.. lengths.Select((_, word) => chosen.Count(i => i >= starts[word] && i < starts[word] + lengths[word]))];
            if (lengths.Min() > count)
            {
                int word = Array.FindIndex(taken, tokens => tokens > 0);
                Assert.AreSequenceEqual(Enumerable.Range(starts[word], count), chosen, "a part of one word");
                Assert.AreSequenceEqual([starts[word]], decisions);
                return;
            }

            Assert.IsInRange(1, count, chosen.Length);
            for (int word = 0; word < lengths.Length; word++)
                Assert.IsTrue(taken[word] == lengths[word] || (taken[word] == 0 && lengths[word] > count - chosen.Length), $"word {word}");
            if (spans)
                Assert.IsTrue(decisions.All(starts.Contains) && chosen.All(i => i > 0 && chosen.Contains(i - 1) || decisions.Contains(i)), "one for a span, where it starts");
            else
                Assert.AreSequenceEqual(chosen, decisions, "one for each token");
        }, iter: 500, threads: 1);

    [TestMethod]
    [DataRow(MaskingUnit.WholeWord)]
    [DataRow(MaskingUnit.Span)]
    public void Choose_WordsThatAreAllTooLong_TakesAPartOfOneWithOneDecision(MaskingUnit unit)
    {
        int[] times = new int[2];
        for (ulong seed = 0; seed < 500; seed++)
        {
            (int[] chosen, int[] decisions) = Choose(new MaskingOptions { Unit = unit }, [.. Word(4), .. Word(4)], 2, seed);
            Assert.IsTrue(chosen is [0, 1] or [4, 5]);
            Assert.AreSequenceEqual([chosen[0]], decisions);
            times[chosen[0] / 4]++;
        }

        Assert.IsLessThan(ChiSquare.Limit(1), ChiSquare.Of(times));
    }

    // Pieces that follow no word make one: at the start of a sample, and behind a delimiter.
    [TestMethod]
    public void Choose_PiecesWithoutAWordBeforeThem_AreAWord()
    {
        int[] times = new int[2];
        for (ulong seed = 0; seed < 2000; seed++)
        {
            int[] chosen = Choose(new MaskingOptions { Unit = MaskingUnit.WholeWord }, [Continuation, Start, Delimiter, Continuation, Continuation], 2, seed).Chosen;
            Assert.IsTrue(chosen is [0, 1] or [2, 3]);
            times[chosen[0] / 2]++;
        }

        Assert.IsLessThan(ChiSquare.Limit(1), ChiSquare.Of(times, [2.0 / 3, 1.0 / 3]));
    }

    [TestMethod]
    [DataRow(MaskingUnit.WholeWord)]
    [DataRow(MaskingUnit.Span)]
    public void Choose_SingleWords_TakesEveryPairAlike(MaskingUnit unit)
    {
        int[] times = new int[5 * 5];
        for (ulong seed = 0; seed < 4000; seed++)
        {
            int[] chosen = Choose(new MaskingOptions { Unit = unit, MaxSpanWords = 1 }, [Start, Start, Start, Start, Start], 2, seed).Chosen;
            times[chosen[0] * 5 + chosen[1]]++;
        }

        Assert.IsLessThan(ChiSquare.Limit(9), ChiSquare.Of([.. times.Where((_, pair) => pair / 5 < pair % 5)]));
    }

    // Four words in spans of one or two, each as likely, the last cut: 2+2; 1+1+1+1; and three spans.
    [TestMethod]
    public void Choose_Spans_EndAfterEachWordWithTheProbabilityAndAtTheMost()
    {
        int[] times = new int[5], words = [.. Enumerable.Repeat(Start, 500)];
        for (ulong seed = 0; seed < 2000; seed++)
            times[Choose(new MaskingOptions { Unit = MaskingUnit.Span, SpanEndProbability = 0.5, MaxSpanWords = 2 }, words, 4, seed).Decisions.Length]++;
        Assert.IsLessThan(ChiSquare.Limit(2), ChiSquare.Of(times[2..], [0.25, 0.625, 0.125]));
    }

    private static IEnumerable<int> Word(int length) => Enumerable.Range(0, length).Select(piece => piece == 0 ? Start : Continuation);

    /// <summary>Numbers of the chosen candidates, and of those at which it is drawn anew what happens.</summary>
    private static (int[] Chosen, int[] Decisions) Choose(MaskingOptions options, int[] tokens, int count, ulong seed)
    {
        ushort[] candidates = [.. Enumerable.Range(0, tokens.Length).Where(i => tokens[i] != Delimiter).Select(i => (ushort)i)];
        ulong[] chosen = new ulong[(candidates.Length + 63) / 64], decisions = new ulong[chosen.Length];
        var random = new CounterRandom(seed, 0, 0);
        int taken = new WordSelector(s_continues, options).Choose(tokens, candidates, count, chosen, decisions, ref random);
        Assert.HasCount(taken, Bits(chosen));
        return (Bits(chosen), Bits(decisions));

        int[] Bits(ulong[] words) => [.. Enumerable.Range(0, candidates.Length).Where(i => (words[i / 64] >> i % 64 & 1) != 0)];
    }
}
