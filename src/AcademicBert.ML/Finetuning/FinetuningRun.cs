using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tensors;
using AcademicBert.Training;

namespace AcademicBert.Finetuning;

/// <summary>A folder with the state after the last epoch, sealed by checksums: training goes on there, with the same numbers bit for bit.</summary>
internal sealed class FinetuningRun
{
    private const string ModelFile = "model.safetensors", OptimizerFile = "optimizer.safetensors", BestFile = "best.safetensors", StateFile = "state.json";

    private static readonly JsonSerializerOptions s_json = new() { RespectRequiredConstructorParameters = true };

    private readonly string _checkpoint;

    private FinetuningRun(string folder) => _checkpoint = Path.Combine(folder, "checkpoint");

    /// <summary>Opens a run folder, new or to be resumed.</summary>
    /// <exception cref="ArgumentException">The folder holds a run of other options, rows or another pretrained model; the message says so.</exception>
    public static FinetuningRun Open(
        string folder, FinetuningOptions options, FinetuningObjective objective, PretrainedBert pretrained, IReadOnlyList<LabelledExample> training, IReadOnlyList<LabelledExample> validation)
    {
        WorkFolder.RequireKind(folder, FinetuningJournal.FileName);
        var run = new FinetuningRun(folder);
        NewFolder.Recover(run._checkpoint);
        OptionsFile.Prepare(folder, Directory.Exists(run._checkpoint), [("model", Fingerprint(pretrained)), ("dataset", Fingerprint(objective.Head, training, validation)), ("class weighting", Fingerprint(objective))], options);
        return run;
    }

    /// <summary>Loads the state after the last epoch.</summary>
    /// <returns>Epochs done; 0 if there is no checkpoint.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is damaged; the message names the file.</exception>
    public int Resume(FlatParameters parameters, AdamW optimizer, BestEpoch best)
    {
        if (!Directory.Exists(_checkpoint))
            return 0;
        RequireWhole();
        State state = ReadState(At(StateFile));
        FlatBufferFile.ReadValues(At(ModelFile), parameters.Values, parameters.Slots);
        FlatBufferFile.ReadMoments(At(OptimizerFile), optimizer, parameters.Slots);
        if (state.BestScore is { } score)
            FlatBufferFile.ReadValues(At(BestFile), best.Keep(score, state.BestEpoch), parameters.Slots);
        parameters.Changed();
        optimizer.Steps = state.Steps;
        return state.Epochs;
    }

    private void RequireWhole()
    {
        try
        {
            FolderManifest.Verify(_checkpoint);
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"{damage.Message} Delete '{_checkpoint}' to train from the start.", damage);
        }
    }

    /// <summary>Reads the state of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The file holds none; the message names it.</exception>
    internal static State ReadState(string path) => JsonFile.Read<State>(path, s_json);

    /// <summary>Replaces the checkpoint.</summary>
    public void Save(int epochs, FlatParameters parameters, AdamW optimizer, BestEpoch best)
    {
        var state = new State(epochs, optimizer.Steps, best.Epoch, best.Values is null ? null : best.Score);
        FolderManifest.Write(_checkpoint, [
            (ModelFile, FlatBufferFile.Values(parameters.Values, parameters.Slots)),
            (OptimizerFile, FlatBufferFile.Moments(optimizer.FirstMoments, optimizer.SecondMoments, parameters.Slots)),
            .. best.Values is { } values ? [(BestFile, FlatBufferFile.Values(values, parameters.Slots))] : Array.Empty<(string, Action<Stream>)>(),
            (StateFile, stream => JsonSerializer.Serialize(stream, state, s_json)),
        ]);
    }

    private static string Fingerprint(FinetuningObjective objective) =>
        Convert.ToHexStringLower(XxHash3.Hash(MemoryMarshal.AsBytes<double>([.. Enumerable.Range(0, objective.Head.Outputs).Select(output => objective.Weight(output))])));

    private static string Fingerprint(HeadSpec head, IReadOnlyList<LabelledExample> training, IReadOnlyList<LabelledExample> validation)
    {
        var hash = new XxHash3();
        foreach (IReadOnlyList<LabelledExample> rows in (IReadOnlyList<LabelledExample>[])[training, validation])
        {
            Append([rows.Count]);
            foreach (LabelledExample row in rows)
            {
                Append([row.Input.Length, row.Input.SecondStart]);
                foreach (float target in row.Targets)
                    Append([BitConverter.SingleToInt32Bits(target)]);
                Append(row.Tokens);
                Append(row.Input.Ids);
            }
        }

        Append([head.Outputs]);
        return Convert.ToHexStringLower(hash.GetCurrentHash());

        void Append(ReadOnlySpan<int> numbers) => hash.Append(MemoryMarshal.AsBytes(numbers));
    }

    private static string Fingerprint(PretrainedBert pretrained)
    {
        var hash = new XxHash3();
        foreach (ParameterSlot slot in pretrained.Model.Parameters.Slots)
            hash.Append(MemoryMarshal.AsBytes<float>(pretrained.Model.Parameters.ToArray(slot)));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private string At(string file) => Path.Combine(_checkpoint, file);

    /// <summary>What a checkpoint holds besides parameters and moments.</summary>
    internal sealed record State(int Epochs, long Steps, int BestEpoch, double? BestScore);
}
