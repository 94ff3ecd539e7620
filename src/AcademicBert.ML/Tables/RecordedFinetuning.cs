using AcademicBert.Finetuning;
using AcademicBert.Training;

namespace AcademicBert.Tables;

/// <summary>What a folder tells of a run of fine-tuning, finished, under way or given up.</summary>
public sealed class RecordedFinetuning
{
    private RecordedFinetuning(string folder, FinetuningOptions options)
    {
        (Folder, Options) = (folder, options);
        string recipe = Path.Combine(folder, TableFinetuner.RecipeFile), result = Path.Combine(folder, TableFinetuner.ResultFile);
        Recipe = File.Exists(recipe) ? FinetuningRecipe.Load(recipe) : null;
        Result = File.Exists(result) ? ReadResult(result) : null;
    }

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>What the run was started with.</summary>
    public FinetuningOptions Options { get; }

    /// <summary>The recipe; null: it has not ended, or was not on a file.</summary>
    public FinetuningRecipe? Recipe { get; }

    /// <summary>What it gave; null: it has not ended, or was not on a file.</summary>
    public TableFinetuningResult? Result { get; }

    /// <summary>Whether a folder is that of a run of fine-tuning.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, OptionsFile.Name)) && File.Exists(Path.Combine(folder, FinetuningJournal.FileName));

    /// <summary>Opens a run folder.</summary>
    /// <exception cref="FileNotFoundException">It has no options or no journal.</exception>
    /// <exception cref="InvalidDataException">Its options, recipe or result cannot be read; the message names file and line.</exception>
    public static RecordedFinetuning Open(string folder)
    {
        if (!IsIn(folder))
            throw new FileNotFoundException($"'{folder}' is no run folder of fine-tuning: it has no {OptionsFile.Name} or no {FinetuningJournal.FileName}.");
        return new RecordedFinetuning(Path.GetFullPath(folder), OptionsFile.Read<FinetuningOptions>(folder, "dataset").Options);
    }

    // Readers take a class by its index.
    private static TableFinetuningResult ReadResult(string path)
    {
        TableFinetuningResult result = OptionsJson.Read<TableFinetuningResult>(path);
        if (result.Classes.Any(name => name is null))
            throw new InvalidDataException($"'{path}': a class has no name.");
        if (result.Confusion.Count > 0 && (result.Confusion.Count != result.Classes.Count || result.Confusion.Any(row => row?.Count != result.Classes.Count)))
            throw new InvalidDataException($"'{path}': the confusion table is not one of {result.Classes.Count} classes.");
        return result;
    }

    /// <summary>Reads the journal from its start, line by line; one cut off by a crash ends it.</summary>
    public IEnumerable<FinetuningLine> Lines() => FinetuningJournal.Read(Folder);
}
