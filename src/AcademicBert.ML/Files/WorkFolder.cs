namespace AcademicBert.Files;

/// <summary>Recognizes the folders that runs, searches and exports write, so that nobody takes their files for text.</summary>
internal static class WorkFolder
{
    // A run or a search, a corpus, a model: each has all files of one of these. Others too may have a config.json.
    private static readonly string[][] s_marks = [["options.json"], ["corpus.json"], ["config.json", "vocab.txt"], ["config.json", "tokenizer.json"]];

    // Of pretraining, of fine-tuning.
    private static readonly string[] s_journals = ["metrics.jsonl", "finetuning.jsonl"];

    /// <summary>Whether a folder is that of a run of pretraining or fine-tuning, whole or begun.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, "options.json")) && s_journals.Any(file => File.Exists(Path.Combine(folder, file)));

    /// <summary>Whether a folder is one of them.</summary>
    public static bool IsIn(string folder) => s_marks.Any(files => files.All(file => File.Exists(Path.Combine(folder, file))));
}
