using System.Buffers.Binary;
using System.IO.Hashing;
using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;
using AcademicBert.Training;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>What a run keeps in its folder, but its journals.</summary>
internal static class RunFolderTargets
{
    private static readonly Type[] s_refusals = [typeof(InvalidDataException), typeof(ArgumentException)];

    private static readonly SearchOptions s_search = new() { Space = [SearchDimension.Of("batchSize", 16, 32)] };

    private static readonly TrainingState s_state = new()
    {
        Position = new TrainingPosition(3, 48, 1.5), OptimizerSteps = 3, LastValidation = new ValidationScore(1.25, 0.5, 40), BestLoss = 1.25, LossScale = 1024, InterruptedAfter = new TrainingPosition(2, 32, 1), Ended = StopReason.EarlyExit,
    };

    // Of one model for all: what is read into it is of no interest.
    private static readonly Lazy<(BertModel Model, AdamW Optimizer)> s_trained = new(() => ModelFolderTargets.Model(HeadSpec.MaskedLanguageModel) is var model ? (model, new AdamW(model.Parameters, new AdamWOptions())) : default);

    public static IEnumerable<FuzzTarget> All => [RunOptions(), OptionsOfSearch(), Manifest(), State(), Weights(), FinetuningState(), FinetuningResult(), Columns(), GlueInputs(), Predictions()];

    private static FuzzTarget RunOptions() => FuzzTarget.OfJson(
        "options of a run",
        [
            Written(OptionsFile.Name, folder => OptionsFile.Prepare(folder, begun: false, [("corpus", "a")], new PretrainingOptions())),
            Written(OptionsFile.Name, folder => OptionsFile.Prepare(folder, begun: false, [("corpus", "a")], new PretrainingOptions { Seed = 7 })),
        ],
        (folder, input) =>
        {
            Put(folder, OptionsFile.Name, input);
            OptionsFile.Read<PretrainingOptions>(folder, "corpus").Options.Validate();
            OptionsFile.Prepare(folder, begun: true, [("corpus", "a")], new PretrainingOptions(), "seed");
        }) with { Refusals = s_refusals };

    private static FuzzTarget OptionsOfSearch() => FuzzTarget.OfJson(
        "options of a search", [Written(OptionsFile.Name, folder => OptionsFile.Prepare(folder, begun: false, [("corpus", "a")], s_search))],
        (folder, input) =>
        {
            Put(folder, OptionsFile.Name, input);
            OptionsFile.Prepare(folder, begun: true, [("corpus", "a")], s_search, "space", "recipe.text");
        }) with { Refusals = s_refusals };

    private static FuzzTarget Manifest() => FuzzTarget.OfJson(
        "checkpoint manifest", [Written("a/manifest.json", folder => BuildFolder(Path.Combine(folder, "a")))],
        (folder, input) =>
        {
            string checkpoint = Once(folder, "a", BuildFolder);
            Put(checkpoint, "manifest.json", input);
            FolderManifest.Verify(checkpoint);
        }) with { Names = ["\"model.safetensors\"", "\"../a/state.json\""] };

    /// <summary>A state under a checksum that fits it, beside sound weights.</summary>
    private static FuzzTarget State() => FuzzTarget.OfJson(
        "checkpoint state", [Utf8(Checkpoint.Text(s_state))],
        (folder, input) =>
        {
            string checkpoint = Once(folder, "checkpoint", BuildCheckpoint);
            string manifest = File.ReadAllText(Path.Combine(checkpoint, "manifest.json"));
            int state = manifest.IndexOf("\"state.json\"", StringComparison.Ordinal), end = manifest.IndexOf('}', state);
            Put(checkpoint, "manifest.json", Utf8($$"""{{manifest[..state]}}"state.json": { "bytes": {{input.Length}}, "xxHash3": "{{Convert.ToHexStringLower(XxHash3.Hash(input))}}" {{manifest[end..]}}"""));
            Put(checkpoint, "state.json", input);
            Checkpoint.Read(checkpoint, s_trained.Value.Model.Parameters, s_trained.Value.Optimizer);
        }) with { Values = ["\"earlyExit\"", "\"EarlyExit\""] };

    /// <summary>Headers of files of weights and moments.</summary>
    private static FuzzTarget Weights()
    {
        byte[][] files = [.. new[] { "model.safetensors", "optimizer.safetensors" }.Select(name => Written("a/" + name, folder => BuildCheckpoint(Path.Combine(folder, "a"))))];
        int[] headers = [.. files.Select(file => 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))];
        return FuzzTarget.OfJson(
            "weights of a checkpoint", [.. files.Zip(headers, (file, header) => file[8..header])],
            (folder, input) =>
            {
                byte[] length = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, input.Length);
                (BertModel model, AdamW optimizer) = s_trained.Value;
                ReadByAll(
                    () => FlatBufferFile.ReadValues(Put(folder, "values.safetensors", [.. length, .. input, .. files[0][headers[0]..]]), model.Parameters.Values, model.Parameters.Slots),
                    () => FlatBufferFile.ReadMoments(Put(folder, "moments.safetensors", [.. length, .. input, .. files[1][headers[1]..]]), optimizer, model.Parameters.Slots));
            }) with { Values = ["\"F32\"", "\"I32\"", "\"U32\"", "[8,8]", "[64]", "[8]", "[1,8]"] };
    }

    private static FuzzTarget FinetuningState() => FuzzTarget.OfJson(
        "finetuning state", [Utf8("""{"Epochs":2,"Steps":9,"BestEpoch":1,"BestScore":0.5}"""), Utf8("""{"Epochs":2,"Steps":9,"BestEpoch":0,"BestScore":null}""")],
        (folder, input) => FinetuningRun.ReadState(Put(folder, "finetuning.json", input)));

    private static FuzzTarget FinetuningResult()
    {
        var result = new TableFinetuningResult(FinetuningTask.Classification, ["a", "b"], 8, 4, new Dictionary<string, double> { ["accuracy"] = 0.75 })
        {
            GuessingMetrics = new Dictionary<string, double> { ["accuracy"] = 0.5 }, Confusion = [[1, 1], [0, 2]], Numbers = [new PredictedNumber(1, 0.5f)], Model = "m", TrainingFile = "a.csv", TrainingLoss = 0.25,
        };
        return FuzzTarget.OfJson(
            "finetuning result", [Utf8(OptionsJson.Write(result))],
            (folder, input) =>
            {
                string run = Once(folder, "run", path =>
                {
                    OptionsFile.Prepare(path, begun: false, [("dataset", "a")], new FinetuningOptions());
                    FinetuningJournal.Open(path, 0).Dispose();
                });
                Put(run, TableFinetuner.ResultFile, input);
                ArgumentNullException.ThrowIfNull(RecordedFinetuning.Open(run).Result);
            });
    }

    private static FuzzTarget Columns() => FuzzTarget.OfJson(
        TableColumns.FileName, [Written(TableColumns.FileName, new TableColumns("a", "b", "c").Save), Written(TableColumns.FileName, new TableColumns("a", null, "c").Save)],
        (folder, input) =>
        {
            Put(folder, TableColumns.FileName, input);
            ArgumentNullException.ThrowIfNull(TableColumns.Find(folder));
        });

    private static FuzzTarget GlueInputs()
    {
        return FuzzTarget.OfJson("inputs of a GLUE task", [Written("inputs.json", Prepare)], (folder, input) =>
        {
            Put(folder, "inputs.json", input);
            Prepare(folder);
        }) with { Refusals = s_refusals };

        static void Prepare(string folder)
        {
            string files = Once(folder, "files", path =>
            {
                foreach (string name in (string[])["config.json", "model.safetensors", "vocab.txt", "CoLA/train.tsv", "CoLA/dev.tsv"])
                    Put(path, name, Utf8(name));
            });
            GlueTaskFolder.Prepare(folder, new GlueOptions(), files, files, GlueTask.Find("CoLA"));
        }
    }

    /// <summary>Predictions that are kept; what cannot be read is predicted again.</summary>
    private static FuzzTarget Predictions() => FuzzTarget.OfJson(
        "GLUE predictions", [Utf8("""{"trial":{"learningRate":5E-05,"batchSize":32,"epochs":5,"seed":1},"predictions":{"MNLI-m":[0,1,2],"MNLI-mm":[],"AX":[1]},"tests":{"MNLI-m":"1f","AX":"2e"}}""")],
        (folder, input) =>
        {
            if (GluePredictions.Kept(Put(folder, "predictions.json", input), new GlueTrial(), new Dictionary<string, string> { ["MNLI-m"] = "1f", ["AX"] = "2e" }) is { } kept && kept["MNLI-m"].Length + kept["AX"].Length < 0)
                throw new InvalidOperationException("What is kept is not there.");
        }) with { Refusals = [], Names = ["\"AX\"", "\"MNLI-m\""] };

    private static void BuildFolder(string folder) => FolderManifest.Write(folder, [("model.safetensors", stream => stream.Write("weights"u8)), ("state.json", stream => stream.Write("{}"u8))]);

    private static void BuildCheckpoint(string folder)
    {
        (BertModel model, AdamW optimizer) = s_trained.Value;
        using var content = new CheckpointContent(model.Parameters, optimizer);
        Checkpoint.Write(folder, content, s_state);
    }
}
