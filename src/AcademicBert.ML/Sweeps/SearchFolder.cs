using System.Text.Json;
using AcademicBert.Corpus;
using AcademicBert.Files;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>The folder of a search while one process works in it: <c>options.json</c>, the journal, and the runs' folders.</summary>
internal sealed class SearchFolder : IDisposable
{
    // The space may grow; the rest decides where and from what a run is made, but not its numbers: the corpus has a fingerprint.
    private static readonly string[] s_free =
    [
        "space", "sample", "devices", "parallel", "recipe.description", "recipe.sources", "recipe.corpus", "recipe.vocabulary", "recipe.text",
        .. RunFolder.Free.Select(option => $"recipe.pretraining.{option}"),
    ];

    private readonly string _folder;
    private readonly FolderLock _lock;

    private SearchFolder(string folder, FolderLock folderLock, SearchJournal journal) => (_folder, _lock, Journal) = (folder, folderLock, journal);

    /// <summary>The journal.</summary>
    public SearchJournal Journal { get; }

    /// <summary>Begins a search, goes on with one, or extends it by the configurations that are new.</summary>
    /// <exception cref="ArgumentException">The folder holds a search of other options or another corpus; the message names what differs.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged; the message names the line.</exception>
    /// <exception cref="IOException">Another process works in the folder.</exception>
    public static SearchFolder Open(string folder, SearchOptions options, PreparedCorpus corpus)
    {
        WorkFolder.RequireKind(folder, SearchJournal.FileName);
        Directory.CreateDirectory(folder);
        var folderLock = new FolderLock(Path.Combine(folder, "lock"), $"{folder}: another process is working on this search.");
        SearchJournal? journal = null;
        try
        {
            journal = SearchJournal.Open(folder);
            if (journal.IsBegun)
                RequireSame(folder, options, journal.History);
            OptionsFile.Prepare(folder, journal.IsBegun, [("corpus", corpus.Fingerprint)], options, s_free);
            NewFile.WriteText(Path.Combine(folder, WorkFolder.RecipeFile), options.ToJson());
            if (!journal.IsBegun)
                journal.Add(new SearchEvent { Search = new SearchHeader(SearchHeader.CurrentVersion, options.Recipe.Pretraining.Budget, options.Rungs) });
            HashSet<string> known = [.. journal.History.Runs.Select(run => run.Configuration.Name)];
            SearchConfiguration[] added = [.. options.Configurations().Where(configuration => !known.Contains(configuration.Name))];
            if (added.Length > 0)
                journal.Add(new SearchEvent { Cohort = added });
            var opened = new SearchFolder(folder, folderLock, journal);
            opened.DeleteDropped();
            return opened;
        }
        catch
        {
            journal?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>The folder of a run.</summary>
    public string Run(SearchConfiguration configuration) => SearchJournal.RunFolder(_folder, configuration.Name);

    /// <summary>Keeps in a run's folder the recipe that gives the same run alone.</summary>
    public void KeepRecipe(SearchConfiguration configuration, SearchOptions options)
    {
        string file = Path.Combine(Run(configuration), WorkFolder.RecipeFile);
        if (!File.Exists(file))
            NewFile.WriteText(file, (options.Recipe with { Pretraining = options.Of(configuration) }).ToJson());
    }

    /// <summary>Deletes the checkpoints of runs that were dropped; a process may have been killed before it did.</summary>
    public void DeleteDropped()
    {
        foreach (SearchRun dropped in Journal.History.Runs.Where(run => run.Reason is not null))
            CheckpointStore.DeleteIn(Run(dropped.Configuration));
    }

    /// <summary>Writes the table of what is recorded.</summary>
    public void WriteTable() => NewFile.WriteText(Path.Combine(_folder, SearchTable.FileName), SearchTable.Of(Journal.History));

    /// <summary>What is recorded must be of this search, whatever has become of <c>options.json</c>.</summary>
    /// <exception cref="ArgumentException">It is of another; the message names what differs.</exception>
    public static void RequireSame(string folder, SearchOptions options, SearchHistory history)
    {
        Dictionary<string, SearchConfiguration> now = options.Configurations().ToDictionary(configuration => configuration.Name);
        SearchRun[] missing = [.. history.Runs.Where(run => !now.TryGetValue(run.Configuration.Name, out SearchConfiguration? same) || !Equal(run.Configuration, same))];
        string? differs =
            history.Budget != options.Recipe.Pretraining.Budget ? $"{nameof(PretrainingRecipe.Pretraining)}.{nameof(PretrainingOptions.Budget)} {history.Budget} -> {options.Recipe.Pretraining.Budget}"
            : !history.Rungs.SequenceEqual(options.Rungs) ? $"{nameof(SearchOptions)}.{nameof(SearchOptions.Rungs)}"
            : missing.Length > 0 ? $"space or sample, which lack{(missing.Length > 1 ? $" {missing.Length} runs, such as" : "")} '{missing[0].Configuration.Name}'; they may grow but not lose what was begun"
            : null;
        if (differs is not null)
            throw new ArgumentException($"'{folder}' holds a search with other options, so it cannot go on: {differs}. Use its {OptionsFile.Name}, or choose another folder.");
    }

    public void Dispose()
    {
        Journal.Dispose();
        _lock.Dispose();
    }

    private static bool Equal(SearchConfiguration one, SearchConfiguration other) =>
        one.Values.Count == other.Values.Count && one.Values.All(value => other.Values.TryGetValue(value.Key, out JsonElement same) && JsonEquality.Same(value.Value, same));
}
