using System.Text.RegularExpressions;
using AcademicBert.Reports.Sources;
using AcademicBert.Tables;

namespace AcademicBert.Reports.Tables;

/// <summary>The command that does a run of fine-tuning once more.</summary>
internal static partial class FinetuneCommandLine
{
    /// <summary>The command, for a shell; null where the run was not on a file, or has not ended.</summary>
    public static string? Of(FinetunedRun run) => run.Result is not { Model: { } model, TrainingFile: { } data } result ? null : string.Join(
        ' ',
        ["academicbert", "finetune", Quoted(model), "--data", Quoted(data), .. result.ValidationFile is { } file ? (string[])["--validation", Quoted(file)] : [], "--recipe", Quoted(Path.Combine(run.Recorded.Folder, TableFinetuner.RecipeFile)), "--run", Quoted(run.Recorded.Folder + "-again")]);

    private static string Quoted(string path) => Plain().IsMatch(path) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:\\@%+=,-]+$")]
    private static partial Regex Plain();
}
