using System.ComponentModel;
using AcademicBert.Pretraining;
using AcademicBert.Tensors;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>A hyperparameter search: what all runs share, what varies, and which runs go on. The default is the paper's: Table 4's 108 configurations, pruned at an eighth and a half of a day.</summary>
public sealed record SearchOptions
{
    private const int LargestGrid = 100_000;

    // They are the search's own or make runs that cannot be compared.
    private static readonly string[] s_fixed = ["budget", "earlyExit", "lossLimit", "device", "threads", "checkpointEvery", "keepCheckpoints", "snapshots"];

    /// <summary>What all runs share. Its budget is that of every run.</summary>
    public PretrainingRecipe Recipe { get; init; } = new();

    /// <summary>What varies; the last changes fastest. Default: Table 4 (appendix A).</summary>
    public IReadOnlyList<SearchDimension> Space { get; init; } =
    [
        SearchDimension.Of("batchSize", 4096, 8192, 16384),
        SearchDimension.Of("schedule.peak", 5e-4, 1e-3, 2e-3),
        SearchDimension.Of("schedule.warmupProportion", 0, 0.02, 0.04, 0.06),
        SearchDimension.Of(SearchDimension.ScheduleLength, 1, 3, 9),
    ];

    /// <summary>Tries some of the grid only; null: all of it.</summary>
    public SearchSample? Sample { get; init; }

    /// <summary>Where runs are judged, in the order of their marks; empty: every run ends. Default: at an eighth losses above 6.0 are dropped, at the half the best half goes on (section 4).</summary>
    public IReadOnlyList<SearchRung> Rungs { get; init; } = [new() { At = 0.125, MaxLoss = 6.0 }, new() { At = 0.5, Keep = 0.5 }];

    /// <summary>Devices on which runs go side by side, such as cuda:0 and cuda:1; each as the recipe's <see cref="PretrainingOptions.Device"/>. Default empty: the recipe's alone.</summary>
    [Category("Devices and ranks")]
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Runs side by side on each device, all with an equal share of the recipe's <see cref="PretrainingOptions.Threads"/>. Default 1.</summary>
    [Category("Devices and ranks")]
    public int Parallel { get; init; } = 1;

    /// <summary>Reads a definition from a file: JSON in camelCase with comments; what it leaves out has its default.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no such options; the message names file, line and key.</exception>
    public static SearchOptions Load(string path) => OptionsJson.Read<SearchOptions>(path);

    /// <summary>Reads a definition from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The text holds no such options; the message names source, line and key.</exception>
    public static SearchOptions Parse(string json, string source) => OptionsJson.Parse<SearchOptions>(json, source);

    /// <summary>The definition as JSON, with every option.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>Every configuration that is tried, in a stable order.</summary>
    public IReadOnlyList<SearchConfiguration> Configurations() => SearchSpace.Configurations(this);

    /// <summary>What a configuration trains with.</summary>
    /// <param name="configuration">One of <see cref="Configurations"/>.</param>
    /// <exception cref="ArgumentException">A value does not fit its option; the message names it.</exception>
    public PretrainingOptions Of(SearchConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return SearchSpace.Options(this, configuration);
    }

    /// <summary>Checks every option, and those of every configuration.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        OptionValues.Check(this);
        Require(Recipe.Pretraining.EarlyExit is null, nameof(Recipe), $"sets earlyExit; a run ends with its budget, and {SearchDimension.ScheduleLength} lays out a longer schedule");
        Require(Recipe.Pretraining.LossLimit is null, nameof(Recipe), $"sets lossLimit; use {nameof(Rungs)} with maxLoss");
        Require(Space.Count > 0, nameof(Space), "is empty; name at least one option");
        Require(Space.All(dimension => dimension is not null), nameof(Space), "has an empty entry");
        Require(Rungs.All(rung => rung is not null), nameof(Rungs), "has an empty entry");
        Require(Devices.All(device => device is not null), nameof(Devices), "has an empty entry");
        Require(Space.DistinctBy(dimension => dimension.Option).Count() == Space.Count, nameof(Space), "names an option twice");
        foreach (SearchDimension dimension in Space)
        {
            Require(dimension.Values.Count > 0, nameof(Space), $"has no value for {dimension.Option}");
            Require(!s_fixed.Contains(dimension.Option), nameof(Space), $"cannot vary {dimension.Option}, which is the same for all runs");
        }

        Require(Space.Aggregate(1.0, (points, dimension) => points * dimension.Values.Count) <= LargestGrid, nameof(Space), $"has more than {LargestGrid:N0} configurations");
        foreach (SearchRung rung in Rungs)
            rung.Validate();
        Require(Rungs.Zip(Rungs.Skip(1)).All(pair => pair.First.At < pair.Second.At), nameof(Rungs), "must have rising marks");
        Require(Parallel is >= 1 and <= 1024, nameof(Parallel), $"is {Parallel}; it must be at least 1");
        Require(Devices.Distinct().Count() == Devices.Count, nameof(Devices), $"names a device twice; {nameof(Parallel)} says how many runs a device has at once");
        foreach (string device in Devices)
            Require(DeviceSelection.IsName(device), nameof(Devices), $"names '{device}'; each must be {DeviceSelection.Names}");
        Require(Devices.Count == 0 || Recipe.Pretraining.Distributed.Devices == "1", nameof(Devices), "are for runs on one device each; a run on several takes distributed.devices alone");
        Require(Sample is null or { Count: >= 1 }, nameof(Sample), $"has the count {Sample?.Count}; it must be positive");
        IReadOnlyList<SearchConfiguration> configurations = Configurations();
        Require(configurations.DistinctBy(configuration => configuration.Name).Count() == configurations.Count, nameof(Space), "names a value twice");
        foreach (SearchConfiguration configuration in configurations)
            Check(configuration);
    }

    private void Check(SearchConfiguration configuration)
    {
        PretrainingOptions run = Of(configuration);
        try
        {
            (Recipe with { Pretraining = run }).Validate();
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"Run {configuration.Name}: {error.Message}", nameof(Space), error);
        }
    }

    private static void Require(bool holds, string option, string problem)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(SearchOptions)}.{option} {problem}.", option);
    }
}
