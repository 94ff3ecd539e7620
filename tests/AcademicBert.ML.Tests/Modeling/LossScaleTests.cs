using AcademicBert.Modeling;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class LossScaleTests
{
    [TestMethod]
    public void Update_Overflows_HalvesAndGrowsAgainWithPatience()
    {
        var scale = new LossScale();
        Assert.IsFalse(scale.Update(finite: false), "a fixed scale is never to blame");
        Assert.AreEqual(1, scale.Factor);
        scale.MakeDynamic();
        scale.Expect(1000);
        Assert.AreEqual(65536f / 1024, scale.Factor);
        Assert.IsTrue(scale.Update(finite: false));
        Assert.AreEqual(32768, scale.Value);
        for (int step = 0; step < LossScale.Patience; step++)
            Assert.IsFalse(scale.Update(finite: true));
        Assert.AreEqual(65536, scale.Value);
        for (int step = 0; step < 16; step++)
            Assert.IsTrue(scale.Update(finite: false));
        Assert.AreEqual(1, scale.Value);
        Assert.IsFalse(scale.Update(finite: false), "at 1 the gradient itself is not finite");
    }

    [TestMethod]
    public void Restore_SavedState_GoesOnWhereItWas()
    {
        var scale = new LossScale();
        scale.MakeDynamic();
        scale.Restore(1024, LossScale.Patience - 1);
        scale.Update(finite: true);
        Assert.AreEqual(2048, scale.Value);
        scale.Restore(null, 0);
        Assert.AreEqual(2048, scale.Value, "a run without a scale, or none at all, leaves it");
    }
}
