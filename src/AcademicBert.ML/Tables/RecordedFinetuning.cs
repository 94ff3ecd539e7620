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
        Result = File.Exists(result) ? OptionsJson.Read<TableFinetuningResult>(result) : null;
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

    /// <summary>Reads the journal from its start, line by line; one cut off by a crash ends it.</summary>
    public IEnumerable<FinetuningLine> Lines() => FinetuningJournal.Read(Folder);
}
