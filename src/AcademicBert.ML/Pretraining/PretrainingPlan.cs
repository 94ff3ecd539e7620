using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>What a run would be: made by <see cref="Pretrainer.Plan"/> from a few measured steps, nothing of them kept.</summary>
public sealed record PretrainingPlan
{
    /// <summary>Trainable parameters, word embeddings included.</summary>
    public required long Parameters { get; init; }

    /// <summary>Type of the matrix products: Float32 or BFloat16.</summary>
    public required string ComputeType { get; init; }

    /// <summary>Micro-batches that are accumulated for a step of full size.</summary>
    public required int Accumulation { get; init; }

    /// <summary>Steps of one micro-batch that were measured.</summary>
    public required int MeasuredSteps { get; init; }

    /// <summary>Measured samples per second, loading included.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Expected position at the end of the run: steps, samples and training time.</summary>
    public required TrainingPosition Expected { get; init; }

    /// <summary>Measurements of the held-out loss, the one at the end included; 0 without held-out samples.</summary>
    public required int Validations { get; init; }

    /// <summary>Expected seconds of all of them together, which are beside the training time.</summary>
    public required double ValidationSeconds { get; init; }

    /// <summary>How often the run comes to see each sample of the corpus.</summary>
    public required double Epochs { get; init; }

    /// <summary>Most memory the process had while it measured, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Memory of the machine, in bytes.</summary>
    public required long MachineMemoryBytes { get; init; }

    /// <summary>Disk that the run folder needs at most, in bytes, the corpus not counted.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Devices times hours of training.</summary>
    public double DeviceHours => Expected.Seconds / 3600;

    /// <summary>Gigabytes of memory of all devices times hours: the paper's measure of a budget (8 devices of 12 GB for 24 hours are 2,304; section 2).</summary>
    public double GigabyteHours => MachineMemoryBytes / 1e9 * DeviceHours;

    /// <summary>Cost of the training time.</summary>
    /// <param name="pricePerHour">Price of a device for an hour, in any currency.</param>
    public decimal Cost(decimal pricePerHour) => pricePerHour * (decimal)DeviceHours;
}
