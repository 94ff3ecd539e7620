using AcademicBert.Masking;
using AcademicBert.Native;
using CsCheck;

namespace AcademicBert.Tests.Masking;

[TestClass]
public sealed class CounterRandomTests
{
    [TestMethod]
    public void Next_AnySeedCopyAndSample_AreTheBlocksOfPhiloxOneAfterTheOther() =>
        Gen.Select(Gen.ULong, Gen.Long[0, uint.MaxValue], Gen.Long[0, long.MaxValue]).Sample((seed, copy, sample) =>
        {
            var random = new CounterRandom(seed, copy, sample);
            for (uint block = 0; block < 3; block++)
                Assert.AreEqual(
                    PhiloxDropout.Generate(block, (uint)sample, (uint)(sample >> 32), (uint)copy, (uint)seed, (uint)(seed >> 32)),
                    (random.Next(), random.Next(), random.Next(), random.Next()));
        }, threads: 1);

    [TestMethod]
    public void NextBelow_AnyBound_TakesTheFirstWordThatIsNotOfTheBiasedRest() =>
        Gen.Select(Gen.ULong, Gen.OneOf(Gen.UInt[1, uint.MaxValue], Gen.UInt[1, 9], Gen.OneOfConst(1u << 31, (1u << 31) + 1, 3u << 30, uint.MaxValue))).Sample((seed, bound) =>
        {
            var random = new CounterRandom(seed, 0, 0);
            CounterRandom words = random;
            for (int i = 0; i < 20; i++)
            {
                ulong product;
                do
                    product = (ulong)words.Next() * bound;
                while ((product & uint.MaxValue) < (1ul << 32) % bound);
                Assert.AreEqual((uint)(product >> 32), random.NextBelow(bound));
            }
        }, threads: 1);

    // Without the rejection every other number would be a multiple of three.
    [TestMethod]
    public void NextBelow_BoundThatDoesNotDivide_IsUniform()
    {
        var random = new CounterRandom(1, 2, 3);
        int[] cells = new int[3];
        for (int i = 0; i < 30_000; i++)
            cells[random.NextBelow(3u << 30) % 3]++;
        Assert.IsLessThan(ChiSquare.Limit(2), ChiSquare.Of(cells));
    }

    [TestMethod]
    public void NextUnit_Words_AreSharesOf2ToThe32()
    {
        var random = new CounterRandom(1, 2, 3);
        CounterRandom words = random;
        for (int i = 0; i < 100; i++)
            Assert.AreEqual(words.Next() / 4294967296.0, random.NextUnit());
    }
}
