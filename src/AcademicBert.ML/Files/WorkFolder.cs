namespace AcademicBert.Files;

/// <summary>Recognizes the folders that runs, searches and exports write, so that nobody takes their files for text.</summary>
internal static class WorkFolder
{
    /// <summary>The model in the folder of a run that has ended.</summary>
    public const string ModelOfRun = "model";

    /// <summary>The recipe in the folder of a run or a search: what another can be started with.</summary>
    public const string RecipeFile = "recipe.json";

    private const string SearchJournal = "search.jsonl";

    // A run or a search, a corpus, a model: each has all files of one of these. Others too may have a config.json.
    private static readonly string[][] s_marks = [["options.json"], ["corpus.json"], ["config.json", "vocab.txt"], ["config.json", "tokenizer.json"]];

    // Of pretraining, of fine-tuning.
    private static readonly string[] s_journals = ["metrics.jsonl", "finetuning.jsonl"];

    /// <summary>Whether a folder is that of a run of pretraining or fine-tuning, whole or begun.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, "options.json")) && s_journals.Any(file => File.Exists(Path.Combine(folder, file)));

    /// <summary>Refuses a folder that is that of a run, or the model in it, where the run has not ended.</summary>
    /// <param name="modelFolder">What is named as a model.</param>
    /// <exception cref="DirectoryNotFoundException">The run has no model yet; the message says how it gets one.</exception>
    public static void RequireEnded(string modelFolder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelFolder));
        string? run = IsRun(path) ? path : Path.GetFileName(path) == ModelOfRun ? Path.GetDirectoryName(path) : null;
        if (run is not null && IsRun(run) && !IsIn(Path.Combine(run, ModelOfRun)))
            throw new DirectoryNotFoundException($"The run in '{run}' has not ended, so it has no model yet. The command that started it goes on with it{(Directory.Exists(Path.Combine(run, "snapshots")) ? "; models on its way are in its folder 'snapshots'" : "")}{(File.Exists(Path.Combine(run, s_journals[0])) ? "; with --saveModel it saves the one that it has come to" : "")}.");
    }

    /// <summary>Refuses a folder for a run that holds one of another kind, whose files it would replace.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="journal">The journal of the run.</param>
    /// <exception cref="ArgumentException">It does, or is a file.</exception>
    public static void RequireKind(string folder, string journal)
    {
        if (File.Exists(folder))
            throw new ArgumentException($"'{folder}' is a file; a run needs a folder.");
        if (s_journals.Append(SearchJournal).FirstOrDefault(other => other != journal && File.Exists(Path.Combine(folder, other))) is { } found)
            throw new ArgumentException($"'{folder}' holds a run of another kind, with a {found}. Choose another run folder.");
    }

    /// <summary>Whether a folder is one of them.</summary>
    public static bool IsIn(string folder) => s_marks.Any(files => files.All(file => File.Exists(Path.Combine(folder, file))));
}
