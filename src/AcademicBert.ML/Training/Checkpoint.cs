using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tensors;

namespace AcademicBert.Training;

/// <summary>What a resumed run needs besides parameters and moments.</summary>
internal sealed record TrainingState
{
    /// <summary>Position in the run; the samples are also the position in the global order.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>Updates the optimizer has applied: its bias correction depends on it.</summary>
    public required long OptimizerSteps { get; init; }

    /// <summary>Steps in a row, up to this one, whose gradient was not finite.</summary>
    public int NonFiniteSteps { get; init; }

    /// <summary>fp16's loss scale, null where there is none, and the steps since it changed.</summary>
    public float? LossScale { get; init; }

    public int LossScaleCleanSteps { get; init; }

    /// <summary>The step after which the latest validation was made.</summary>
    public long ValidatedAt { get; init; }

    /// <summary>The latest validation.</summary>
    public ValidationScore? LastValidation { get; init; }

    /// <summary>Loss of the latest step; null for a step that was skipped.</summary>
    public double? LastLoss { get; init; }

    /// <summary>The lowest held-out loss so far, and the step it was measured after.</summary>
    public double? BestLoss { get; init; }

    public long BestStep { get; init; }

    /// <summary>Where the latest step began, if what is due after it, such as a validation, was interrupted and is to be made up for; else null.</summary>
    public TrainingPosition? InterruptedAfter { get; init; }

    /// <summary>Why the run is over; null while it is not.</summary>
    public StopReason? Ended { get; init; }

    /// <summary>Running statistics of loss and gradient norm, for the recognition of spikes.</summary>
    public RunningStatistics LossStatistics { get; init; }

    public RunningStatistics GradientStatistics { get; init; }
}

/// <summary>One checkpoint folder: parameters, optimizer moments and state, sealed by a manifest of checksums.</summary>
internal static class Checkpoint
{
    private const string ModelFile = "model.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";

    // The loss of a run that has diverged is no number.
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A state as text, to be given to other ranks.</summary>
    public static string Text(TrainingState state) => JsonSerializer.Serialize(state, s_json);

    /// <summary>A state from text.</summary>
    public static TrainingState State(string text) => JsonSerializer.Deserialize<TrainingState>(text, s_json)!;

    /// <summary>Writes a checkpoint: into a folder of a temporary name, renamed when all is on disk.</summary>
    public static void Write(string folder, CheckpointContent content, TrainingState state) => FolderManifest.Write(folder, [
        (ModelFile, FlatBufferFile.Values(content.Values, content.Slots)),
        (OptimizerFile, FlatBufferFile.Moments(content.FirstMoments, content.SecondMoments, content.Slots)),
        (StateFile, stream => JsonSerializer.Serialize(stream, state, s_json)),
    ]);

    /// <summary>Loads a checkpoint into a model and its optimizer.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or of another model; the message names it. Nothing was changed if the checksums did not match.</exception>
    public static TrainingState Read(string folder, FlatParameters parameters, AdamW optimizer)
    {
        FolderManifest.Verify(folder);
        TrainingState state = ReadState(Path.Combine(folder, StateFile));
        FlatBufferFile.ReadValues(Path.Combine(folder, ModelFile), parameters.Values, parameters.Slots);
        FlatBufferFile.ReadMoments(Path.Combine(folder, OptimizerFile), optimizer, parameters.Slots);
        parameters.Changed();
        optimizer.Steps = state.OptimizerSteps;
        return state;
    }

    /// <summary>Why the run ended with a checkpoint; null: it has not, or the checkpoint is damaged, which is for the one who resumes it to say.</summary>
    public static StopReason? Ended(string folder) => StateOf(folder)?.Ended;

    /// <summary>Where the run stood at a checkpoint; null: it is damaged.</summary>
    public static TrainingPosition? Position(string folder) => StateOf(folder)?.Position;

    private static TrainingState? StateOf(string folder)
    {
        try
        {
            return ReadState(Path.Combine(folder, StateFile));
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return null;
        }
    }

    /// <summary>Reads the state of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The file holds none; the message names it.</exception>
    internal static TrainingState ReadState(string path) => JsonFile.Read<TrainingState>(path, s_json);
}
