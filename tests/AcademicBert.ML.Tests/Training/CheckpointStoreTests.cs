using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class CheckpointStoreTests
{
    private static readonly BertConfig s_config = new() { VocabularySize = 11, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 12, MaxPositions = 6 };

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly List<string> _warnings = [];

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Load_AfterSave_RestoresParametersMomentsAndState()
    {
        using BertModel saved = Model(1);
        using AdamW optimizer = Trained(saved);
        TrainingState state = State(7) with { OptimizerSteps = optimizer.Steps, LastValidation = new ValidationScore(1.25, 0.5, 40) };
        Store().SaveLast(saved.Parameters, optimizer, state);

        using BertModel loaded = Model(2);
        using var other = new AdamW(loaded.Parameters, new AdamWOptions());
        Assert.AreEqual(state, Store().Load(loaded.Parameters, other));
        Assert.AreEqual(optimizer.Steps, other.Steps);
        foreach (ParameterSlot slot in saved.Parameters.Slots)
            Assert.AreSequenceEqual(saved.Parameters.ToArray(slot), loaded.Parameters.ToArray(slot), message: slot.Name);
        Assert.AreSequenceEqual(optimizer.SecondMoments.data<float>(), other.SecondMoments.data<float>());
    }

    [TestMethod]
    public void Save_MoreThanToKeep_DeletesTheOldest()
    {
        using BertModel model = Model(1);
        using AdamW optimizer = Trained(model);
        for (int step = 1; step <= 5; step++)
            Store(keep: 2).SaveLast(model.Parameters, optimizer, State(step));
        Assert.AreSequenceEqual(["step-00000004", "step-00000005"], Directory.GetDirectories(Path.Combine(_folder, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Save_BestIsOlderThanThoseToKeep_KeepsItBesides()
    {
        using BertModel model = Model(1);
        using AdamW optimizer = Trained(model);
        CheckpointStore store = Store(keep: 2);
        for (int step = 1; step <= 5; step++)
            store.SaveLast(model.Parameters, optimizer, State(step) with { BestStep = Math.Min(step, 2), BestLoss = 1 });
        Assert.AreSequenceEqual(["step-00000002", "step-00000004", "step-00000005"], Directory.GetDirectories(Path.Combine(_folder, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Save_InTheBackground_WritesWhatTheParametersWere()
    {
        using BertModel model = Model(1);
        using AdamW optimizer = Trained(model);
        float[] before = model.Parameters.ToArray(model.Parameters.Slots[0]);
        CheckpointStore store = Store();
        store.Save(model.Parameters, optimizer, State(3));
        model.Parameters.Values.zero_();
        store.Wait();
        Assert.AreEqual(3, Store().Load(model.Parameters, optimizer)!.Position.Steps);
        Assert.AreSequenceEqual(before, model.Parameters.ToArray(model.Parameters.Slots[0]));
    }

    [TestMethod]
    public void Save_CannotBeWritten_WarnsKeepsTheLastGoodOneAndTheLastIsAnError()
    {
        using BertModel model = Model(1);
        using AdamW optimizer = Trained(model);
        CheckpointStore store = Store();
        store.SaveLast(model.Parameters, optimizer, State(3));

        // A file where the next checkpoint's temporary folder has to be.
        File.WriteAllText(Path.Combine(_folder, "checkpoints", "step-00000004.academicbert.tmp"), "");
        store.Save(model.Parameters, optimizer, State(4));
        store.Wait();
        Assert.Contains("step 4", Assert.ContainsSingle(_warnings));
        Assert.AreSequenceEqual([true, false], new long[] { 3, 4 }.Select(store.Has));
        IOException error = Assert.ThrowsExactly<IOException>(() => store.SaveLast(model.Parameters, optimizer, State(4)));
        Assert.Contains("step-00000003", error.Message);
        Assert.AreEqual(3, Store().Load(model.Parameters, optimizer)!.Position.Steps);
    }

    [TestMethod]
    [DataRow("model.safetensors")]
    [DataRow("optimizer.safetensors")]
    [DataRow("state.json")]
    [DataRow("manifest.json")]
    public void Load_OneByteFlippedAnywhere_UsesTheOneBeforeWithAWarning(string file)
    {
        using BertModel model = Model(1);
        using AdamW optimizer = Trained(model);
        Store().SaveLast(model.Parameters, optimizer, State(3));
        Store().SaveLast(model.Parameters, optimizer, State(4));
        string path = Path.Combine(_folder, "checkpoints", "step-00000004", file);
        byte[] whole = File.ReadAllBytes(path);
        for (int position = 0; position < whole.Length; position += 1 + whole.Length / 23)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x11;
            File.WriteAllBytes(path, damaged);
            _warnings.Clear();
            Assert.AreEqual(3, Store().Load(model.Parameters, optimizer)!.Position.Steps, $"byte {position}");
            Assert.HasCount(1, _warnings);
            Assert.Contains("step-00000004", _warnings[0]);
        }
    }

    [TestMethod]
    public void Load_FolderOfAProcessKilledWhileWriting_IsNotChosen()
    {
        using BertModel model = Model(1);
        using AdamW optimizer = Trained(model);
        Store().SaveLast(model.Parameters, optimizer, State(3));
        string half = Path.Combine(_folder, "checkpoints", "step-00000009.academicbert.tmp");
        Directory.CreateDirectory(half);
        File.WriteAllText(Path.Combine(half, "model.safetensors"), "cut");
        Assert.AreEqual(3, Store().Load(model.Parameters, optimizer)!.Position.Steps);
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("{ \"position\": null, \"optimizerSteps\": 3 }")]
    [DataRow("{ \"position\": { \"steps\": 1e999 }, \"optimizerSteps\": 3 }")]
    public void ReadState_AnotherForm_IsRefusedWithTheFile(string content)
    {
        string path = Path.Combine(_folder, "state.json");
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => Checkpoint.ReadState(path)).Message);
    }

    private static BertModel Model(ulong seed) => BertModel.Create(s_config, HeadSpec.MaskedLanguageModel, seed);

    private static AdamW Trained(BertModel model)
    {
        var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        for (int step = 0; step < 3; step++)
        {
            using (TorchSharp.torch.no_grad())
                model.Parameters.Gradients.fill_(0.5 + step);
            optimizer.Step(1e-2);
        }

        return optimizer;
    }

    private static TrainingState State(long step) => new() { Position = new TrainingPosition(step, step * 16, step * 0.1), OptimizerSteps = step };

    private CheckpointStore Store(int keep = 2) => new(_folder, keep, _warnings.Add);
}
