using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class LossLimitTests
{
    private static readonly LossLimit s_limit = new() { After = TrainingBudget.Steps(10), MaxLoss = 6 };

    [TestMethod]
    [DataRow(9L, 10L, true)]
    [DataRow(5L, 12L, true)]
    [DataRow(8L, 9L, false)]
    [DataRow(10L, 11L, false)]
    public void Ends_LossAboveTheLimit_IsJudgedAtTheMarkOnly(long before, long after, bool ends) =>
        Assert.AreEqual(ends, s_limit.Ends(At(before), State(after, loss: 6.1)));

    [TestMethod]
    public void Ends_LossAtTheLimit_GoesOn() => Assert.IsFalse(s_limit.Ends(At(9), State(10, loss: 6)));

    [TestMethod]
    public void Ends_HeldOutLoss_CountsBeforeTheStepsLoss()
    {
        Assert.IsFalse(s_limit.Ends(At(9), State(10, loss: 7, heldOut: 5)));
        Assert.IsTrue(s_limit.Ends(At(9), State(10, loss: 5, heldOut: 7)));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(double.NaN)]
    public void Ends_NoLossOrNoNumber_IsNotWithinTheLimit(double? loss) => Assert.IsTrue(s_limit.Ends(At(9), State(10, loss)));

    [TestMethod]
    public void Validate_OptionOutOfItsRange_IsRefusedByName()
    {
        new LossLimit().Validate();
        Assert.StartsWith("LossLimit.After is 0s; it must be positive.", Assert.ThrowsExactly<ArgumentException>(new LossLimit { After = default }.Validate).Message);
        Assert.StartsWith("LossLimit.MaxLoss is 0; it must be positive.", Assert.ThrowsExactly<ArgumentException>(new LossLimit { MaxLoss = 0 }.Validate).Message);
        Assert.StartsWith("LossLimit.MaxLoss is NaN; it must be positive.", Assert.ThrowsExactly<ArgumentException>(new LossLimit { MaxLoss = double.NaN }.Validate).Message);
    }

    private static TrainingPosition At(long steps) => new(steps, 0, 0);

    private static TrainingState State(long steps, double? loss, double? heldOut = null) => new()
    {
        Position = At(steps),
        OptimizerSteps = steps,
        LastLoss = loss,
        LastValidation = heldOut is { } value ? new ValidationScore(value, 0, 1) : null,
    };
}
