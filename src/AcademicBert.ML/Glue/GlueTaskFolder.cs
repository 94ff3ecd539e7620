using System.Text.Json.Nodes;
using AcademicBert.Files;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>What the results in a task's folder depend on, in <c>inputs.json</c>: written by the first start, compared by every later one.</summary>
internal static class GlueTaskFolder
{
    private const string InputsFile = "inputs.json", Model = "model", Data = "data", Finetuning = "finetuning", Untrained = "untrained", SkipBrokenRows = "skipBrokenRows";

    /// <summary>Prepares the folder of a task.</summary>
    /// <exception cref="ArgumentException">It holds results of other inputs; the message names what differs.</exception>
    /// <exception cref="InvalidDataException">What it says of its inputs is damaged; the message names the file.</exception>
    public static void Prepare(string folder, GlueOptions options, string modelFolder, string dataFolder, GlueTask task)
    {
        JsonObject flags = new() { [Untrained] = options.Untrained, [SkipBrokenRows] = options.SkipBrokenRows }, now = new()
        {
            [Model] = Checksums(new[] { ModelFolder.ConfigFile, ModelFolder.WeightsFile, TokenizerFolder.VocabularyFile }.Select(file => Path.Combine(modelFolder, file))),
            [Data] = Checksums([GlueFile.TrainPath(dataFolder, task), .. task.Evaluations.Select(evaluation => GlueFile.DevPath(dataFolder, task, evaluation))]),
            [Finetuning] = JsonNode.Parse(OptionsJson.Write(options.Finetuning)),
            [Untrained] = options.Untrained,
            [SkipBrokenRows] = options.SkipBrokenRows,
        };
        string path = Path.Combine(folder, InputsFile);
        if (File.Exists(path))
        {
            JsonObject before = OptionsJson.Parse<JsonObject>(OptionsJson.ReadText(path), $"'{path}'");
            string[] changed =
            [
                .. ((string[])[Model, Data]).Where(key => !JsonEquality.Same(before[key], now[key])).Select(key => $"another {key}"),
                .. OptionsFile.Differences<FinetuningOptions>(before[Finetuning], now[Finetuning]),
                .. OptionsFile.Differences<GlueOptions>(before, flags),
            ];
            if (changed.Length > 0)
                throw new ArgumentException($"'{folder}' holds results of something else: {string.Join(", ", changed)}. Choose another run folder, or delete this one to start anew.");
            return;
        }

        NewFile.WriteText(path, now.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    private static JsonObject Checksums(IEnumerable<string> files) => new(files.Select(file => KeyValuePair.Create<string, JsonNode?>(Path.GetFileName(file), FolderManifest.Checksum(file))));
}
