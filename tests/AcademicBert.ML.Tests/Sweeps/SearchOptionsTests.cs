using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class SearchOptionsTests
{
    [TestMethod]
    public void Default_IsTable4_108ConfigurationsInAStableOrder()
    {
        var options = new SearchOptions();
        options.Validate();
        IReadOnlyList<SearchConfiguration> configurations = options.Configurations();
        Assert.HasCount(108, configurations);
        Assert.HasCount(108, configurations.DistinctBy(configuration => configuration.Name));
        Assert.AreEqual("batchSize4096-peak0.0005-warmupProportion0-scheduleLength1", configurations[0].Name);
        Assert.AreEqual("batchSize4096-peak0.0005-warmupProportion0-scheduleLength3", configurations[1].Name);
        Assert.AreEqual("batchSize16384-peak0.002-warmupProportion0.06-scheduleLength9", configurations[^1].Name);
        Assert.AreSequenceEqual([0.125, 0.5], options.Rungs.Select(rung => rung.At));
    }

    [TestMethod]
    public void Of_Configuration_SetsItsValuesAndLaysOutTheScheduleOverTheOneBudget()
    {
        var options = new SearchOptions();
        PretrainingOptions run = options.Of(options.Configurations()[^1]);
        Assert.AreEqual(16384, run.BatchSize);
        Assert.AreEqual((2e-3, 0.06), (run.Schedule.Peak, run.Schedule.WarmupProportion));
        Assert.AreEqual(TrainingBudget.Time(TimeSpan.FromDays(9)), run.Budget);
        Assert.AreEqual(TrainingBudget.Time(TimeSpan.FromDays(1)), run.EarlyExit);
        Assert.AreEqual(1.0 / 48 / 9, run.Validation.Interval, "every 30 minutes of the day, as in every run");
    }

    [TestMethod]
    public void Load_OwnJson_IsTheSameDefinition()
    {
        var options = new SearchOptions { Sample = new SearchSample { Count = 7 } };
        SearchOptions read = SearchOptions.Parse(options.ToJson(), "test");
        Assert.AreEqual(options.ToJson(), read.ToJson());
        Assert.AreSequenceEqual(options.Configurations().Select(configuration => configuration.Name), read.Configurations().Select(configuration => configuration.Name));
    }

    [TestMethod]
    public void Sample_LargerCount_AddsToTheSmallerOnes()
    {
        string[] Names(int count, ulong seed) => [.. (new SearchOptions { Sample = new SearchSample { Count = count, Seed = seed } }).Configurations().Select(configuration => configuration.Name)];
        Assert.HasCount(10, Names(10, 3).Distinct());
        Assert.AreSequenceEqual(Names(10, 3), Names(20, 3).Take(10));
        Assert.AreNotEqual(string.Join(' ', Names(10, 3)), string.Join(' ', Names(10, 4)));
        Assert.HasCount(108, Names(200, 3));
    }

    [TestMethod]
    [DataRow("""{ "space": [] }""", "Space is empty")]
    [DataRow("""{ "space": [{ "option": "batchSize", "values": [] }] }""", "no value for batchSize")]
    [DataRow("""{ "space": [{ "option": "batchSize", "values": [8, 8] }] }""", "names a value twice")]
    [DataRow("""{ "space": [{ "option": "seed", "values": [1] }, { "option": "seed", "values": [2] }] }""", "names an option twice")]
    [DataRow("""{ "space": [{ "option": "schedule.peek", "values": [1] }] }""", "schedule.peek")]
    [DataRow("""{ "space": [{ "option": "lossLimit.maxLoss", "values": [1] }] }""", "lossLimit.maxLoss")]
    [DataRow("""{ "space": [{ "option": "budget", "values": ["1h"] }] }""", "cannot vary budget")]
    [DataRow("""{ "space": [{ "option": "batchSize", "values": ["many"] }] }""", "batchSize")]
    [DataRow("""{ "space": [{ "option": "schedule.peak", "values": [-1] }] }""", "Schedule.Peak is -1")]
    [DataRow("""{ "space": [{ "option": "scheduleLength", "values": [0.5] }] }""", "scheduleLength is 0.5")]
    [DataRow("""{ "rungs": [{ "at": 0.5 }, { "at": 0.25 }] }""", "Rungs must have rising marks")]
    [DataRow("""{ "rungs": [{ "at": 1 }] }""", "SearchRung.At is 1")]
    [DataRow("""{ "rungs": [{ "at": 0.5, "keep": 0 }] }""", "SearchRung.Keep is 0")]
    [DataRow("""{ "rungs": [{ "at": 0.5, "maxLoss": -1 }] }""", "SearchRung.MaxLoss is -1")]
    [DataRow("""{ "sample": { "count": 0 } }""", "Sample has the count 0")]
    [DataRow("""{ "recipe": { "pretraining": { "earlyExit": "1h" } } }""", "sets earlyExit")]
    [DataRow("""{ "recipe": { "pretraining": { "lossLimit": {} } } }""", "sets lossLimit")]
    [DataRow("""{ "recipe": { "pretraining": { "model": { "heads": 0 } } } }""", "Heads is 0")]
    [DataRow("""{ "space": [null] }""", "Space has an empty entry")]
    [DataRow("""{ "rungs": [null] }""", "Rungs has an empty entry")]
    [DataRow("""{ "devices": [null] }""", "Devices has an empty entry")]
    public void Validate_WrongDefinition_NamesTheOption(string json, string named) =>
        Assert.Contains(named, Assert.ThrowsExactly<ArgumentException>(SearchOptions.Parse(json, "test").Validate).Message);

    [TestMethod]
    public void Validate_GridThatNobodyCouldRun_IsRefusedBeforeItIsMade()
    {
        int[] values = [.. Enumerable.Range(1, 1000)];
        var options = new SearchOptions { Space = [SearchDimension.Of("batchSize", values), SearchDimension.Of("copies", values), SearchDimension.Of("seed", values)] };
        Assert.Contains("more than 100,000", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }
}
