using System.Text.Json;
using AcademicBert.Optimization;

namespace AcademicBert.Tests.Optimization;

[TestClass]
public sealed class LearningRateScheduleTests
{
    [TestMethod]
    public void At_StepTables_GivesTheReferenceAtEveryUpdate()
    {
        using JsonDocument tables = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("lr_schedules.json")));
        int compared = 0;
        foreach (JsonElement table in tables.RootElement.GetProperty("step_schedules").EnumerateArray().Concat(tables.RootElement.GetProperty("google_formula").EnumerateArray()))
        {
            LearningRateSchedule schedule = Schedule(table);
            int total = table.GetProperty("total_steps").GetInt32(), step = 0;
            foreach (JsonElement expected in table.GetProperty("lr_by_update_index").EnumerateArray())
            {
                Assert.AreEqual(expected.GetDouble(), schedule.At(step, total), 1e-15, $"{table.GetProperty("name")} of {total} steps, step {step}");
                step++;
                compared++;
            }
        }
        Assert.IsGreaterThan(500, compared);
    }

    [TestMethod]
    public void At_TimeTables_GivesTheProportionalRateForBudgetsOfAnyLength()
    {
        using JsonDocument tables = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("lr_schedules.json")));
        foreach (JsonElement table in tables.RootElement.GetProperty("time_schedules").EnumerateArray())
            foreach (JsonElement point in table.GetProperty("points").EnumerateArray())
                Assert.AreEqual(
                    point.GetProperty("lr_proportional").GetDouble(),
                    Schedule(table).At(point.GetProperty("elapsed_hours").GetDouble(), table.GetProperty("total_hours").GetDouble()),
                    1e-15,
                    $"{table.GetProperty("total_hours")} h, {point}");
    }

    public static IEnumerable<object[]> Refused =>
    [
        [new LearningRateSchedule { Peak = 0 }, "Peak", "positive"],
        [new LearningRateSchedule { Peak = double.PositiveInfinity }, "Peak", "positive"],
        [new LearningRateSchedule { WarmupProportion = -0.01 }, "WarmupProportion", "between 0 and 1"],
        [new LearningRateSchedule { WarmupProportion = 1.01 }, "WarmupProportion", "between 0 and 1"],
        [new LearningRateSchedule { Warmup = -1 }, "Warmup", "at least 0"],
        [new LearningRateSchedule { Curve = (LearningRateCurve)6 }, "Curve", "one of Linear, Constant, Cosine, Exponential, Polynomial, OriginalBert"],
        [new LearningRateSchedule { DecayRate = 0 }, "DecayRate", "above 0 and at most 1"],
        [new LearningRateSchedule { DecayRate = 1.01 }, "DecayRate", "above 0 and at most 1"],
        [new LearningRateSchedule { DecayInterval = 0 }, "DecayInterval", "positive"],
        [new LearningRateSchedule { EndLearningRate = -1e-7 }, "EndLearningRate", "between 0 and Peak"],
        [new LearningRateSchedule { Curve = LearningRateCurve.Polynomial, EndLearningRate = 2e-3 }, "EndLearningRate", "between 0 and Peak"],
        [new LearningRateSchedule { Power = 0 }, "Power", "positive"],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void Validate_OptionOutOfItsRange_IsRefusedByName(LearningRateSchedule schedule, string option, string rule)
    {
        string message = Assert.ThrowsExactly<ArgumentException>(schedule.Validate).Message;
        Assert.StartsWith($"{nameof(LearningRateSchedule)}.{option} is ", message);
        Assert.EndsWith($"it must be {rule}.", message);
    }

    [TestMethod]
    public void Validate_NegativeWarmup_IsNamedWithItsValue() =>
        Assert.StartsWith("LearningRateSchedule.Warmup is -5; ", Assert.ThrowsExactly<ArgumentException>(new LearningRateSchedule { Warmup = -5 }.Validate).Message);

    [TestMethod]
    public void At_UnknownCurve_IsRefused() =>
        Assert.AreEqual("Unknown curve 6.", Assert.ThrowsExactly<InvalidOperationException>(() => new LearningRateSchedule { Curve = (LearningRateCurve)6 }.At(1, 1)).Message);

    [TestMethod]
    public void Validate_EndsOfTheRanges_AreAllowed()
    {
        new LearningRateSchedule { WarmupProportion = 0, Warmup = 0, DecayRate = 1, EndLearningRate = 0 }.Validate();
        new LearningRateSchedule { WarmupProportion = 1, Curve = LearningRateCurve.Polynomial, EndLearningRate = 1e-3 }.Validate();
        new LearningRateSchedule { Peak = 1e-8 }.Validate(); // below the end of a curve that is not chosen
        new LearningRateSchedule().Validate();
    }

    // A run ends within a step after its budget.
    [TestMethod]
    public void At_CosineWhoseWarmUpIsTheWholeRun_IsZeroBeyondTheEnd() =>
        Assert.AreEqual(0, new LearningRateSchedule { Curve = LearningRateCurve.Cosine, WarmupProportion = 1 }.At(1.01, 1));

    private static LearningRateSchedule Schedule(JsonElement table)
    {
        string name = table.GetProperty("name").GetString()!;
        return new LearningRateSchedule
        {
            Peak = table.GetProperty("peak_lr").GetDouble(),
            WarmupProportion = table.TryGetProperty("warmup_proportion", out JsonElement proportion) ? proportion.GetDouble() : 0,
            Warmup = table.TryGetProperty("warmup_steps", out JsonElement steps) ? steps.GetDouble() : null,
            DecayInterval = table.TryGetProperty("decay_step", out JsonElement interval) ? interval.GetDouble() : 1000,
            Curve = name switch
            {
                "google_bert" => LearningRateCurve.OriginalBert,
                _ when name.StartsWith("polynomial", StringComparison.Ordinal) => LearningRateCurve.Polynomial,
                _ when name.StartsWith("constant_with", StringComparison.Ordinal) => LearningRateCurve.Constant,
                _ when name.StartsWith("cosine", StringComparison.Ordinal) => LearningRateCurve.Cosine,
                _ when name.EndsWith("exp", StringComparison.Ordinal) => LearningRateCurve.Exponential,
                _ => LearningRateCurve.Linear,
            },
        };
    }
}
