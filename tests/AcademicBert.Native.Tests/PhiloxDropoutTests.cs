using AcademicBert.Native;

namespace AcademicBert.Native.Tests;

[TestClass]
public sealed class PhiloxDropoutTests
{
    // Known answers of Random123's kat_vectors for philox4x32-10.
    [TestMethod]
    [DataRow(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [DataRow(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [DataRow(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Generate_PublishedVectors_GivesTheKnownAnswers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.AreEqual((x0, x1, x2, x3), PhiloxDropout.Generate(c0, c1, c2, c3, k0, k1));

    [TestMethod]
    [DataRow(1)]
    [DataRow(24)]
    [DataRow(128)]
    [DataRow(300)]
    public void FillScales_AnyWidth_FollowsTheDefinitionColumnByColumn(int columns)
    {
        var row = new DropoutRow(Seed: 7, Step: 11, Row: 5 * 65536 + 3, Sample: 99, Site: 2 * 8 + 1);
        float[] scales = new float[columns];
        PhiloxDropout.FillScales(scales, row, 0.1);
        for (int j = 0; j < columns; j++)
        {
            (uint x0, uint x1, uint x2, uint x3) = PhiloxDropout.Generate((uint)(j / 128 * 16 + j % 16), row.Row, row.Sample, row.Site, row.Seed, row.Step);
            int slot = j % 128 / 16;
            uint number = new[] { x0, x1, x2, x3 }[slot / 2] >> (slot % 2 * 16) & 0xFFFF;
            Assert.AreEqual(number >= 6554 ? 65536f / (65536 - 6554) : 0f, scales[j], $"column {j}");
        }
    }

    [TestMethod]
    public void FillScales_ManyRows_KeepsTheExpectedShareAndTheMean()
    {
        float[] scales = new float[1024];
        double sum = 0;
        int dropped = 0;
        for (uint row = 0; row < 256; row++)
        {
            PhiloxDropout.FillScales(scales, new DropoutRow(1, 2, row, 3, 4), 0.1);
            sum += scales.Sum();
            dropped += scales.Count(scale => scale == 0);
        }
        Assert.AreEqual(0.1, dropped / (256.0 * 1024), 0.003);
        Assert.AreEqual(1.0, sum / (256.0 * 1024), 0.004);
    }
}
