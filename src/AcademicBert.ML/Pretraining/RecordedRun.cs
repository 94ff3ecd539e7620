using System.Text.Json.Nodes;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>What a run folder tells of its run, finished, under way or given up.</summary>
public sealed class RecordedRun
{
    private RecordedRun(string folder, PretrainingOptions options, string corpus)
    {
        (Folder, Options, Corpus, Starts) = (folder, options, corpus, RunStartLog.Read(folder));
        string card = Path.Combine(folder, RunFolder.ModelFolder, PretrainedBert.CardFile);
        Ended = CheckpointStore.EndedIn(folder);
        Card = File.Exists(card) ? File.ReadAllText(card) : null;
    }

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>What the run was started with.</summary>
    public PretrainingOptions Options { get; }

    /// <summary>Fingerprint of tokenizer and text: losses of different ones cannot be compared.</summary>
    public string Corpus { get; }

    /// <summary>Its starts, in order; none for runs that did not write them.</summary>
    public IReadOnlyList<RunStart> Starts { get; }

    /// <summary>The card of the model it ended with, Markdown; null: it has not ended.</summary>
    public string? Card { get; }

    /// <summary>Why it ended; null: it has not, or its checkpoints are gone.</summary>
    public StopReason? Ended { get; }

    /// <summary>Whether a folder is that of a pretraining run that has taken a step or more.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, OptionsFile.Name)) && File.Exists(Path.Combine(folder, MetricsLog.FileName));

    /// <summary>Opens a run folder.</summary>
    /// <exception cref="FileNotFoundException">It has no options or no journal.</exception>
    /// <exception cref="InvalidDataException">Its options cannot be read; the message names file and option.</exception>
    public static RecordedRun Open(string folder)
    {
        if (!IsIn(folder))
            throw new FileNotFoundException($"'{folder}' is no run folder: it has no {OptionsFile.Name} or no {MetricsLog.FileName}.");
        (PretrainingOptions options, string? corpus) = OptionsFile.Read<PretrainingOptions>(folder, "corpus");
        return new RecordedRun(Path.GetFullPath(folder), options, corpus ?? "");
    }

    /// <summary>Reads the journal from its start, line by line; one cut off by a crash ends it.</summary>
    public IEnumerable<MetricsLine> Metrics() => MetricsLog.Read(Folder);
}
