using System.ComponentModel;
using AcademicBert.Distributed;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tensors;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>Everything that decides a pretraining run but its corpus. The defaults are the paper's recipe, on a small model.</summary>
public sealed record PretrainingOptions
{
    /// <summary>The model. Its vocabulary size is that of the corpus; 4 layers of width 256 by default.</summary>
    public BertConfig Model { get; init; } = new();

    /// <summary>
    /// A model folder to go on from, ours or Hugging Face's (bert, megatron-bert), such as a published model that is to learn the language
    /// of a field: its network, dropout and vocabulary are taken, and <see cref="Model"/> is left out. Default null: a new network with
    /// random parameters.
    /// </summary>
    public string? From { get; init; }

    /// <summary>How long to train: also the length of the learning-rate schedule. Default 24 hours (the paper).</summary>
    public TrainingBudget Budget { get; init; } = TrainingBudget.Time(TimeSpan.FromHours(24));

    /// <summary>Where to stop before the budget's end, the schedule cut short; null: at its end. The paper's runs of 3 and 9 "days" exit at 24 hours.</summary>
    [Category("Checkpoints and ends")]
    public TrainingBudget? EarlyExit { get; init; }

    /// <summary>Samples of one optimizer step. Default 4096 (paper, section 4).</summary>
    public int BatchSize { get; init; } = 4096;

    /// <summary>Smaller batches at the start; null: none (the paper).</summary>
    [Category("Schedule")]
    public BatchRamp? BatchRamp { get; init; }

    /// <summary>Samples that go through the model at once; gradients are accumulated up to the batch size. Default 32; 0: as many as the GPU's free memory holds (32 on the CPU). Where memory does not hold so many, they are halved. Losses do not depend on it but for rounding.</summary>
    [Category("Devices and ranks")]
    public int MicroBatchSize { get; init; } = 32;

    /// <summary>The learning rate over the budget. Default: peak 1e-3, 6 % warm-up, linear to 0.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>The optimizer. Default: AdamW as in the paper.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>How samples are masked. Default: 15 % of the tokens, 80/10/10.</summary>
    public MaskingOptions Masking { get; init; } = new();

    /// <summary>Number of masked copies of the corpus that make one epoch, shuffled over the whole. Default 10 (the paper); 0: a new mask every time a sample comes.</summary>
    [Category("Masking")]
    public int Copies { get; init; } = 10;

    /// <summary>When the held-out loss is measured. Default: the paper's plan, in proportion to the budget.</summary>
    public ValidationPlan Validation { get; init; } = new();

    /// <summary>Training between two checkpoints. Default 30 minutes.</summary>
    [Category("Checkpoints and ends")]
    public TrainingBudget CheckpointEvery { get; init; } = TrainingBudget.Time(TimeSpan.FromMinutes(30));

    /// <summary>Shares of the budget at which the model of the moment is kept in <c>snapshots/</c>, to fine-tune from. Default none.</summary>
    [Category("Checkpoints and ends")]
    public IReadOnlyList<double> Snapshots { get; init; } = [];

    /// <summary>Number of checkpoints kept; the one of the lowest held-out loss is kept besides. Default 2.</summary>
    [Category("Checkpoints and ends")]
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Steps in a row with a non-finite gradient after which training stops with an error. Default 10.</summary>
    [Category("Checkpoints and ends")]
    public int NonFiniteLimit { get; init; } = 10;

    /// <summary>Ends a run that has not learned enough by a mark; null: none does. The paper's: <c>new LossLimit()</c>.</summary>
    [Category("Checkpoints and ends")]
    public LossLimit? LossLimit { get; init; }

    /// <summary>Leaves out updates of loss spikes, or stops at them; null: no step is judged.</summary>
    [Category("Checkpoints and ends")]
    public SpikeGuard? Spikes { get; init; }

    /// <summary>Seed of initial parameters, sample order, masks and dropout. Default 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Where to train: cpu, cuda, cuda:N for the GPU of number N, or auto, which is cuda where libtorch has a GPU. Of several ranks on a machine, cuda gives each its own, else the first. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Type of matrix products. Default: bf16 where processor or GPU and the kernels have it, fp16 on GPUs before Ampere, else fp32.</summary>
    [Category("Devices and ranks")]
    public ComputePrecision Precision { get; init; }

    /// <summary>Whether a GPU may round the operands of fp32 matrix products to TF32, which is faster and has ten bits. Default false.</summary>
    [Category("Devices and ranks")]
    public bool TensorFloat32 { get; init; }

    /// <summary>Whether the backward pass computes attention probabilities and activations again instead of keeping them: a fifth to a third less memory for activations. Default false.</summary>
    [Category("Devices and ranks")]
    public bool Recompute { get; init; }

    /// <summary>Number of processor threads of the engine. Default 0: libtorch's own choice, one for each physical core.</summary>
    [Category("Devices and ranks")]
    public int Threads { get; init; }

    /// <summary>How several ranks share the work. Default: gradients travel in fp32, and every rank keeps the whole optimizer.</summary>
    [Category("Devices and ranks")]
    public DistributedOptions Distributed { get; init; } = new();

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        OptionValues.Check(this);
        Require(Budget.Amount > 0, nameof(Budget), Budget, "must be positive, such as 2m, 24h, 500 steps or 1e6 samples");
        Require(From is null || Directory.Exists(From), nameof(From), $"'{From}'", "must be a model folder");
        Require(EarlyExit is not { Amount: <= 0 }, nameof(EarlyExit), EarlyExit, "must be positive, or left out");
        Require(EarlyExit is not { } exit || exit.Unit != Budget.Unit || exit.Amount <= Budget.Amount, nameof(EarlyExit), EarlyExit, $"is later than the end of {nameof(PretrainingOptions)}.{nameof(Budget)} {Budget}");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "must be positive");
        Require(MicroBatchSize >= 0, nameof(MicroBatchSize), MicroBatchSize, "must be positive, or 0 for the largest that fits");
        Require(Budget.Unit != BudgetUnit.Samples || Budget.Amount >= BatchSize, nameof(Budget), Budget, $"is shorter than one step of {nameof(PretrainingOptions)}.{nameof(BatchSize)} {BatchSize}");
        Require(Budget.Unit != BudgetUnit.Steps || Budget.Amount >= 1, nameof(Budget), Budget, "is shorter than one step");
        Schedule.Validate();
        Require(Schedule.WarmupProportion < 1, nameof(Schedule) + "." + nameof(Schedule.WarmupProportion), Schedule.WarmupProportion, "must be below 1");
        Require(Copies >= 0, nameof(Copies), Copies, "must be positive, or 0 for new masks in every epoch");
        Require(CheckpointEvery.Amount > 0, nameof(CheckpointEvery), CheckpointEvery, "must be positive, such as 30m or 100 steps");
        Require(KeepCheckpoints >= 1, nameof(KeepCheckpoints), KeepCheckpoints, "must be at least 1");
        Require(NonFiniteLimit >= 1, nameof(NonFiniteLimit), NonFiniteLimit, "must be at least 1");
        Require(Threads is >= 0 and <= 1024, nameof(Threads), Threads, "must be between 1 and 1024, or 0 for libtorch's choice");
        Require(DeviceSelection.IsName(Device), nameof(Device), $"'{Device}'", $"must be {DeviceSelection.Names}");
        Require(Distributed.Devices == "1" || !Device.StartsWith("cuda:", StringComparison.Ordinal), nameof(Device), Device, $"must be cuda or auto where {nameof(Distributed)}.{nameof(Distributed.Devices)} asks for several");
        Require(Snapshots.All(share => share is > 0 and < 1), nameof(Snapshots), string.Join(", ", Snapshots), "must have shares above 0 and below 1");
        Require(!Distributed.ShardOptimizer || Optimizer.Variant != AdamWVariant.Lamb, $"{nameof(Distributed)}.{nameof(Distributed.ShardOptimizer)}", true, $"cannot be used with {nameof(Optimizer)}.{nameof(Optimizer.Variant)} {AdamWVariant.Lamb}, which needs whole tensors");
        // The size of the vocabulary is filled in later.
        (Model.VocabularySize == 0 ? Model with { VocabularySize = 30522 } : Model).Validate();
        Distributed.Validate();
        LossLimit?.Validate();
        Spikes?.Validate();
        BatchRamp?.Validate(BatchSize);
        Optimizer.Validate();
        Masking.Validate();
        Validation.Validate();
    }

    private static void Require(bool holds, string option, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(PretrainingOptions)}.{option} is {value}; it {rule}.", option);
    }
}
