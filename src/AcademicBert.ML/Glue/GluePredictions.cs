using System.Text.Json;
using AcademicBert.Files;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>Predictions of the chosen model for the test rows that are there, kept in the task's folder.</summary>
internal static class GluePredictions
{
    private const string FileName = "predictions.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private sealed record Content(GlueTrial Trial, Dictionary<string, float[]> Predictions, Dictionary<string, string> Tests);

    /// <summary>Predicts every test file of a task, MNLI's the diagnostics too; what was predicted by the same trial is read again.</summary>
    /// <returns>The predictions by the evaluation's name; none if the task has no result.</returns>
    public static IReadOnlyDictionary<string, float[]> Of(GlueTaskGrid grid, string runFolder, Action<string>? log)
    {
        if (grid.Result.Best?.Median.Trial is not { } trial)
        {
            log?.Invoke($"{grid.Task}: no trial has a score, so that nothing is chosen.");
            return new Dictionary<string, float[]>();
        }

        string path = Path.Combine(runFolder, grid.Task.Name, FileName);
        (GlueTask Task, GlueEvaluation Evaluation)[] files =
        [
            .. from task in grid.Task.Name == "MNLI" ? new[] { grid.Task, GlueTask.Diagnostics } : [grid.Task]
               from evaluation in task.Evaluations
               where GlueFile.HasTest(grid.DataFolder, task, evaluation)
               select (task, evaluation),
        ];
        var tests = files.ToDictionary(file => file.Evaluation.Submission, file => FolderManifest.Checksum(GlueFile.TestPath(grid.DataFolder, file.Task, file.Evaluation)));
        if (Kept(path, trial, tests) is { } known)
            return known;
        var predictions = files.ToDictionary(file => file.Evaluation.Submission, file => grid.Predict(GlueFile.Test(grid.DataFolder, file.Task, file.Evaluation), file.Task));
        NewFile.Write(path, stream => JsonSerializer.Serialize(stream, new Content(trial, predictions, tests), s_json));
        return predictions;
    }

    /// <summary>What is kept of a trial's predictions; null where that is not all, or is of other test files, or cannot be read: then it is predicted again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="tests">Checksums of the test files by their evaluations' names.</param>
    internal static IReadOnlyDictionary<string, float[]>? Kept(string path, GlueTrial trial, IReadOnlyDictionary<string, string> tests)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), s_json) is { } kept && kept.Trial == trial && tests.All(test => kept.Tests.GetValueOrDefault(test.Key) == test.Value && kept.Predictions.GetValueOrDefault(test.Key) is not null)
                ? tests.Keys.ToDictionary(name => name, name => kept.Predictions[name])
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
