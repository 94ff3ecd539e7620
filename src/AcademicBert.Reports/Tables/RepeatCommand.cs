using System.Text.RegularExpressions;
using AcademicBert.Corpus;
using AcademicBert.Reports.Sources;
using AcademicBert.Tables;
using AcademicBert.Training;

namespace AcademicBert.Reports.Tables;

/// <summary>The command that does a run once more, for a shell.</summary>
internal static partial class RepeatCommand
{
    private const string CorpusName = "corpus";

    /// <summary>Of a run of pretraining; null where its folder has no recipe or no corpus, as of a program's.</summary>
    public static string? Of(TrainingRun run)
    {
        string folder = run.Recorded.Folder, recipe = Path.Combine(folder, TableFinetuner.RecipeFile);
        if (!File.Exists(recipe) || Corpus(run) is not { } corpus)
            return null;
        // By the time of day another run would get as far as it can.
        string[] clock = run.Options.Budget.Unit == BudgetUnit.Time ? ["--replay", Quoted(folder)] : [];
        return string.Join(' ', ["academicbert", "pretrain", Quoted(corpus), "--recipe", Quoted(recipe), .. clock, "--run", Quoted(folder + "-again")]);
    }

    /// <summary>Of a run of fine-tuning; null where it was not on a file, or has not ended.</summary>
    public static string? Of(FinetunedRun run) => run.Result is not { Model: { } model, TrainingFile: { } data } result ? null : string.Join(
        ' ',
        ["academicbert", "finetune", Quoted(model), "--data", Quoted(data), .. result.ValidationFile is { } file ? (string[])["--validation", Quoted(file)] : [], "--recipe", Quoted(Path.Combine(run.Recorded.Folder, TableFinetuner.RecipeFile)), "--run", Quoted(run.Recorded.Folder + "-again")]);

    // Its own, or that of the search it is of, whose dropped runs have no end to come to.
    private static string? Corpus(TrainingRun run)
    {
        string folder = run.Recorded.Folder, own = Path.Combine(folder, CorpusName), ofSearch = Path.GetFullPath(Path.Combine(folder, "..", "..", CorpusName));
        return IsThere(own) ? own : run.Recorded.Ended is not null && IsThere(ofSearch) ? ofSearch : null;

        static bool IsThere(string corpus) => File.Exists(Path.Combine(corpus, CorpusManifest.FileName));
    }

    private static string Quoted(string path) => Plain().IsMatch(path) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:\\@%+=,-]+$")]
    private static partial Regex Plain();
}
