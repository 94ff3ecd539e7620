using System.ComponentModel;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>Which GLUE tasks are fine-tuned, over which grid. The default is all of the paper's Table 5.</summary>
public sealed record GlueOptions
{
    // The paper's, for all tasks.
    private const int LongestInput = 128;

    // Far more than anybody trains; lists multiply quickly.
    private const int LargestGrid = 100_000;

    /// <summary>Names of the tasks, trained in this order. Default: all nine, MNLI first.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [.. GlueTask.All.OrderBy(task => task.Name != "MNLI").Select(task => task.Name)];

    /// <summary>Learning rates to try. Default empty: the paper's, 1e-5, 3e-5, 5e-5 and 8e-5; for MNLI, QQP and QNLI 5e-5 and 8e-5. Small models want more, up to 1e-3.</summary>
    [Category("Grid")]
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>Batch sizes to try. Default empty: the paper's, 16 and 32; for MNLI, QQP and QNLI 32.</summary>
    [Category("Grid")]
    public IReadOnlyList<int> BatchSizes { get; init; } = [];

    /// <summary>Numbers of epochs to try. Default empty: the paper's, 3, 5 and 10; for MNLI, QQP and QNLI 3 and 5.</summary>
    [Category("Grid")]
    public IReadOnlyList<int> Epochs { get; init; } = [];

    /// <summary>Seeds of each configuration. Default 1 to 5, as in the paper.</summary>
    [Category("Grid")]
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>What all trials share; its learning rate, batch size, epochs and seed are the grid's, and whether it starts untrained is <see cref="Untrained"/>. A <see cref="FinetuningOptions.MaxLength"/> of 0 means the paper's 128 tokens, or fewer if the model has fewer positions.</summary>
    [Category("Fine-tuning")]
    public FinetuningOptions Finetuning { get; init; } = new();

    /// <summary>Start RTE, MRPC and STS-B from the model chosen for MNLI, which must be among <see cref="Tasks"/> before them. Default false.</summary>
    public bool FromMnli { get; init; }

    /// <summary>Start every trial from random parameters (BERT's own, of range 0.02) of the same network, to compare with. Default false.</summary>
    public bool Untrained { get; init; }

    /// <summary>Leave out training rows with a wrong number of columns, of which the official QQP file has some, and count them. Default false: the file is refused.</summary>
    public bool SkipBrokenRows { get; init; }

    /// <summary>Trials side by side, each with its share of the threads; fewer where memory is short. Default 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Processor threads of all trials together. Default 0: libtorch's own choice, one for each physical core.</summary>
    public int Threads { get; init; }

    /// <summary>Reads options from a file: JSON in camelCase with comments; what it leaves out has its default.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no such options; the message names file, line and key.</exception>
    public static GlueOptions Load(string path) => OptionsJson.Read<GlueOptions>(path);

    /// <summary>Reads options from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InvalidDataException">The text holds no such options; the message names source, line and key.</exception>
    public static GlueOptions Parse(string json, string source) => OptionsJson.Parse<GlueOptions>(json, source);

    /// <summary>The options as JSON, with every one.</summary>
    public string ToJson() => OptionsJson.Write(this);

    /// <summary>The trials of a task: configuration after configuration, epochs changing fastest, the seeds of one together.</summary>
    /// <param name="task">The task.</param>
    public IReadOnlyList<GlueTrial> Trials(GlueTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return
        [
            .. from learningRate in Or(LearningRates, task.IsLarge ? [5e-5, 8e-5] : [1e-5, 3e-5, 5e-5, 8e-5])
               from batchSize in Or(BatchSizes, task.IsLarge ? [32] : [16, 32])
               from epochs in Or(Epochs, task.IsLarge ? [3, 5] : [3, 5, 10])
               from seed in Seeds
               select new GlueTrial { LearningRate = learningRate, BatchSize = batchSize, Epochs = epochs, Seed = seed },
        ];
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        OptionValues.Check(this);
        GlueTask[] tasks = [.. Tasks.Select(GlueTask.Find)];
        Require(tasks.Length > 0, nameof(Tasks), "is empty; name at least one task");
        RequireDistinct(tasks, nameof(Tasks));
        RequireDistinct(LearningRates, nameof(LearningRates));
        RequireDistinct(BatchSizes, nameof(BatchSizes));
        RequireDistinct(Epochs, nameof(Epochs));
        RequireDistinct(Seeds, nameof(Seeds));
        Require(Seeds.Count > 0, nameof(Seeds), "is empty; give at least one");
        Require(Seeds.All(seed => seed >= 0), nameof(Seeds), "has a negative one");
        Require(Parallel is >= 1 and <= 1024, nameof(Parallel), $"is {Parallel}; it must be at least 1");
        Require(Threads is >= 0 and <= 1024, nameof(Threads), $"is {Threads}; it must be between 1 and 1024, or 0 for libtorch's choice");
        double trials = new[] { LearningRates.Count, BatchSizes.Count, Epochs.Count }.Aggregate((double)Seeds.Count, (product, count) => product * Math.Max(1, count));
        Require(trials <= LargestGrid, nameof(LearningRates), $"with the other lists makes a grid of {trials:F0} trials; at most {LargestGrid} can be run");
        FinetuningOptions untouched = new();
        Require(
            (Finetuning.LearningRate, Finetuning.BatchSize, Finetuning.Epochs, Finetuning.Seed, Finetuning.EarlyStoppingPatience) == (untouched.LearningRate, untouched.BatchSize, untouched.Epochs, untouched.Seed, untouched.EarlyStoppingPatience),
            nameof(Finetuning), $"sets what the grid decides: use {nameof(LearningRates)}, {nameof(BatchSizes)}, {nameof(Epochs)} and {nameof(Seeds)}; a trial always trains to its end");
        foreach (GlueTrial trial in tasks.SelectMany(Trials).Distinct())
            Of(trial).Validate();
        if (FromMnli)
            Require(!Untrained && tasks.TakeWhile(task => !task.MayStartFromMnli).Any(task => task.Name == "MNLI"), nameof(FromMnli), "needs MNLI among the tasks, before those that start from it, and a pretrained model");
    }

    /// <summary>The fine-tuning of a trial.</summary>
    internal FinetuningOptions Of(GlueTrial trial) => Finetuning with { LearningRate = trial.LearningRate, BatchSize = trial.BatchSize, Epochs = trial.Epochs, Seed = (ulong)trial.Seed, Untrained = Untrained };

    /// <summary>Tokens of the longest input for a model.</summary>
    /// <exception cref="ArgumentException">The model has fewer positions.</exception>
    internal int MaxLength(BertConfig config)
    {
        int asked = Finetuning.MaxLength;
        if (asked > config.MaxPositions)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.MaxLength)} is {asked}; the model has {config.MaxPositions} positions.", nameof(FinetuningOptions.MaxLength));
        return asked == 0 ? Math.Min(LongestInput, config.MaxPositions) : asked;
    }

    private static IReadOnlyList<T> Or<T>(IReadOnlyList<T> chosen, IReadOnlyList<T> paper) => chosen.Count > 0 ? chosen : paper;

    private static void RequireDistinct<T>(IReadOnlyList<T> values, string option) => Require(values.Distinct().Count() == values.Count, option, "names something twice");

    private static void Require(bool holds, string option, string problem)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(GlueOptions)}.{option} {problem}.", option);
    }
}
