using AcademicBert.Tables;
using CsCheck;

namespace AcademicBert.Tests.Tables;

[TestClass]
public sealed class HeldOutRowsTests
{
    [TestMethod]
    public void Draw_AnyClassesShareAndSeed_HoldsOutTheShareOfEachClassToWithinARow() =>
        Gen.Select(Gen.Int[0, 6].Array[1, 120], Gen.Double[0, 0.98], Gen.ULong).Sample((numbers, share, seed) =>
        {
            string[] classes = [.. numbers.Select(number => $"c{number * number % 7}")];
            IReadOnlySet<int> held = HeldOutRows.Draw(classes, share, seed);
            bool isFair = true, isLimited = false;
            foreach ((string name, int rows) in classes.CountBy(name => name))
            {
                int taken = held.Count(row => classes[row] == name);
                isFair &= Math.Abs(taken - share * rows) < 1 && (taken < rows || classes.Distinct().Count() == 1);
                isLimited |= taken + 1 == rows;
            }

            int asked = (int)Math.Round(share * classes.Length);
            return isFair && held.All(row => row >= 0 && row < classes.Length) && (held.Count == asked || (isLimited && held.Count < asked)) && held.SetEquals(HeldOutRows.Draw(classes, share, seed));
        });

    [TestMethod]
    public void Draw_OneClass_TakesTheFirstOfTheSeedsOrder()
    {
        int[] order = [.. Enumerable.Range(0, 50)];
        new Random(7).Shuffle(order);
        Assert.IsTrue(HeldOutRows.Draw([.. Enumerable.Repeat("", 50)], 0.1, 7).SetEquals(order[..5]));
    }

    [TestMethod]
    public void Draw_FewRowsOfSeveralClasses_HoldsOutOneOfEach()
    {
        string[] classes = [.. Enumerable.Repeat("a", 10), .. Enumerable.Repeat("b", 10), .. Enumerable.Repeat("c", 10)];
        for (ulong seed = 0; seed < 20; seed++)
            Assert.AreSequenceEqual(["a", "b", "c"], HeldOutRows.Draw(classes, 0.1, seed).Select(row => classes[row]).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Draw_PlaceThatNoClassHasARemainderFor_StaysFree()
    {
        string[] classes = [.. Enumerable.Repeat("a", 6), .. Enumerable.Repeat("b", 4), "c"];
        for (ulong seed = 0; seed < 20; seed++)
            Assert.AreSequenceEqual(["a", "a", "a", "b", "b"], HeldOutRows.Draw(classes, 0.5, seed).Select(row => classes[row]).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Draw_EqualRemainders_GoToTheClassThatHasNone()
    {
        string[] classes = [.. Enumerable.Repeat("often", 15), .. Enumerable.Repeat("seldom", 5)];
        for (ulong seed = 0; seed < 20; seed++)
            Assert.AreEqual(1, HeldOutRows.Draw(classes, 0.1, seed).Count(row => classes[row] == "seldom"));
    }

    [TestMethod]
    public void Draw_OtherSeed_HoldsOutOtherRows() =>
        Assert.IsFalse(HeldOutRows.Draw([.. Enumerable.Repeat("a", 50)], 0.2, 1).SetEquals(HeldOutRows.Draw([.. Enumerable.Repeat("a", 50)], 0.2, 2)));
}
