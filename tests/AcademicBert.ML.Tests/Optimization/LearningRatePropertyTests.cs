using AcademicBert.Optimization;
using CsCheck;

namespace AcademicBert.Tests.Optimization;

[TestClass]
public sealed class LearningRatePropertyTests
{
    private static readonly Gen<LearningRateSchedule> s_schedule =
        Gen.Select(Gen.Double[1e-6, 1], Gen.Double[0, 1], Gen.Enum<LearningRateCurve>(), Gen.Double[0.5, 1], Gen.Double[1, 1e5], Gen.Select(Gen.Double[0, 1], Gen.Double[0.1, 5]))
            .Select((peak, warmup, curve, decay, interval, end) => new LearningRateSchedule
            {
                Peak = peak,
                WarmupProportion = warmup,
                Curve = curve,
                DecayRate = decay,
                DecayInterval = interval,
                EndLearningRate = peak * end.Item1,
                Power = end.Item2,
            });

    private static readonly Gen<double> s_total = Gen.Double[0, 9].Select(exponent => Math.Pow(10, exponent));

    [TestMethod]
    public void At_AnyScheduleAndPosition_IsBetweenZeroAndThePeak() =>
        Gen.Select(s_schedule, s_total, Gen.Double[0, 1.01]).Sample((schedule, total, share) =>
        {
            schedule.Validate();
            double rate = schedule.At(share * total, total);
            return rate >= 0 && rate <= schedule.Peak * (1 + 1e-12);
        }, iter: 20_000, threads: 1);

    [TestMethod]
    public void At_WarmUp_RisesFromZeroAndThenTheRateFalls() =>
        Gen.Select(s_schedule, s_total, Gen.Double[0, 1], Gen.Double[0, 1]).Sample((schedule, total, one, other) =>
        {
            (one, other) = (Math.Min(one, other) * total, Math.Max(one, other) * total);
            double warmup = schedule.WarmupProportion * total, first = schedule.At(one, total), second = schedule.At(other, total), rounding = 1e-12 * schedule.Peak;
            return other < warmup ? first <= second + rounding : one < warmup || first >= second - rounding;
        }, iter: 20_000, threads: 1);

    // The original BERT's rate jumps down where warm-up ends, as its documentation says.
    [TestMethod]
    public void At_TwoPositionsThatAreClose_GiveRatesThatAreClose() =>
        Gen.Select(s_schedule.Where(schedule => schedule.Curve != LearningRateCurve.OriginalBert && schedule.WarmupProportion is > 0.01 and < 0.99 && schedule.Power >= 1), s_total, Gen.Double[0, 1]).Sample((schedule, total, share) =>
        {
            const double step = 1e-7;
            double slope = Math.Max(2 / schedule.WarmupProportion, Math.Max(Math.PI, schedule.Power) / (1 - schedule.WarmupProportion)) + total / schedule.DecayInterval;
            return Math.Abs(schedule.At((share + step) * total, total) - schedule.At(share * total, total)) <= schedule.Peak * (slope * step * 2 + 1e-9);
        }, iter: 20_000, threads: 1);

    [TestMethod]
    public void At_OtherUnits_GivesTheSameShape() =>
        Gen.Select(s_schedule.Where(schedule => schedule.Curve != LearningRateCurve.Exponential), s_total, s_total, Gen.Double[0, 1]).Sample((schedule, total, otherTotal, share) =>
            Math.Abs(schedule.At(share * total, total) - schedule.At(share * otherTotal, otherTotal)) <= 1e-9 * schedule.Peak || Math.Abs(share - schedule.WarmupProportion) < 1e-9, iter: 20_000, threads: 1);

    /// <summary>The mean rate of a run, which decides how far weights move: worked out by hand for each curve.</summary>
    [TestMethod]
    public void At_MeanOverARun_IsTheIntegralOfTheFormula() =>
        Gen.Select(s_schedule, s_total).Sample((schedule, total) =>
        {
            const int points = 20_000;
            double mean = Enumerable.Range(0, points).Average(i => schedule.At((i + 0.5) / points * total, total)), w = schedule.WarmupProportion, p = schedule.Peak;
            double decay = Math.Log(schedule.DecayRate) * total / schedule.DecayInterval;
            double expected = schedule.Curve switch
            {
                LearningRateCurve.Linear => p / 2,
                LearningRateCurve.Constant => p * (w / 2 + 1 - w),
                LearningRateCurve.Cosine => p / 2,
                LearningRateCurve.Exponential => p * (w / 3 + (Math.Abs(decay * (1 - w)) < 1e-9 ? 1 - w : (Math.Exp(decay * (1 - w)) - 1) / decay)),
                LearningRateCurve.Polynomial => p * w / 2 + (1 - w) * (schedule.EndLearningRate + (p - schedule.EndLearningRate) / (schedule.Power + 1)),
                _ => p * (w / 2 + (1 - w) * (1 - w) / 2),
            };
            Assert.AreEqual(expected, mean, p * (2e-3 + Math.Abs(decay) / points), schedule.ToString());
        }, iter: 60, threads: 1);
}
