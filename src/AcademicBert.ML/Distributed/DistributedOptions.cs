namespace AcademicBert.Distributed;

/// <summary>Type in which gradients travel between ranks.</summary>
public enum GradientReduction
{
    /// <summary>fp32: losses equal those of one process but for the order of sums.</summary>
    Float32,

    /// <summary>bf16: half the traffic. What arrives is added in fp32 (MPI) or as NCCL does.</summary>
    BFloat16,
}

/// <summary>How several ranks train one model. Without effect on one; may change between starts of a run.</summary>
public sealed record DistributedOptions
{
    /// <summary>Value of <see cref="Devices"/> for every GPU.</summary>
    public const string AllDevices = "all";

    /// <summary>
    /// Devices that this process trains on, each in a thread of its own, where no launcher has started several processes: "all" for every
    /// GPU, or a number. On CPUs a number of replicas share the threads, and "all" is one. Default "1".
    /// </summary>
    public string Devices { get; init; } = "1";

    /// <summary>Type in which gradients travel. Default fp32.</summary>
    public GradientReduction Reduction { get; init; } = GradientReduction.Float32;

    /// <summary>
    /// Whether each rank keeps the optimizer's moments of its share of the parameters only (ZeRO stage 1): 8 bytes a parameter become
    /// 8 / ranks, for the same traffic and the same bits. Default false.
    /// </summary>
    public bool ShardOptimizer { get; init; }

    /// <summary>Megabytes that travel at once; the next are on their way while these are worked on; at least one for each rank. Default 16.</summary>
    public int ChunkMegabytes { get; init; } = 16;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Devices != AllDevices && !(int.TryParse(Devices, out int number) && number >= 1))
            throw new ArgumentException($"{nameof(DistributedOptions)}.{nameof(Devices)} is '{Devices}'; it must be \"{AllDevices}\" or a positive number.");
        if (!Enum.IsDefined(Reduction))
            throw new ArgumentException($"{nameof(DistributedOptions)}.{nameof(Reduction)} is {Reduction}; it must be one of {string.Join(", ", Enum.GetNames<GradientReduction>())}.");
        if (ChunkMegabytes is < 1 or > 1024)
            throw new ArgumentException($"{nameof(DistributedOptions)}.{nameof(ChunkMegabytes)} is {ChunkMegabytes}; it must be between 1 and 1024.");
    }
}
