using System.Text.Json;
using AcademicBert.Files;

namespace AcademicBert.Glue;

/// <summary>Predictions of the chosen model for the test rows that are there, kept in the task's folder.</summary>
internal static class GluePredictions
{
    private const string FileName = "predictions.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private sealed record Content(GlueTrial Trial, Dictionary<string, float[]> Predictions);

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
        if (Kept(path, trial, files.Select(file => file.Evaluation.Submission)) is { } known)
            return known;
        var predictions = files.ToDictionary(file => file.Evaluation.Submission, file => grid.Predict(GlueFile.Test(grid.DataFolder, file.Task, file.Evaluation), file.Task));
        NewFile.Write(path, stream => JsonSerializer.Serialize(stream, new Content(trial, predictions), s_json));
        return predictions;
    }

    /// <summary>What is kept of a trial's predictions; null where that is not all, or cannot be read: then it is predicted again.</summary>
    internal static IReadOnlyDictionary<string, float[]>? Kept(string path, GlueTrial trial, IEnumerable<string> evaluations)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), s_json) is { } kept && kept.Trial == trial && evaluations.All(name => kept.Predictions.GetValueOrDefault(name) is not null) ? kept.Predictions : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
