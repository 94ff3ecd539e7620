using AcademicBert.Cli.Commands;
using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class OptionFormTests
{
    [TestMethod]
    [DataRow(typeof(SearchSample), """{ "count": 1, "seed": 1 }""")]
    [DataRow(typeof(IReadOnlyList<SearchRung>), """[{ "at": 0.5, "maxLoss": 0.5, "keep": 0.5 }, ...]""")]
    [DataRow(typeof(IReadOnlyList<SearchDimension>), """[{ "option": "text", "values": [value, ...] }, ...]""")]
    [DataRow(typeof(SpikeGuard), """{ "zScore": 0.5, "warmupSteps": 1, "memory": 0.5, "action": "Skip"|"Stop" }""")]
    [DataRow(typeof(IReadOnlyDictionary<string, double>), """{ "name": 0.5, ... }""")]
    public void Of_MoreThanOneValue_IsItsJson(Type type, string form) => Assert.AreEqual(form, OptionForm.Of(type));

    [TestMethod]
    [DataRow(typeof(string))]
    [DataRow(typeof(double?))]
    [DataRow(typeof(TrainingBudget))]
    [DataRow(typeof(IReadOnlyList<double>))]
    [DataRow(typeof(IReadOnlyList<string>))]
    public void Of_WhatIsWrittenPlainly_IsNone(Type type) => Assert.IsNull(OptionForm.Of(type));
}
