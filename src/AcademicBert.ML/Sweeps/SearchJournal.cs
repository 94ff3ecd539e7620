using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>
/// The journal of a search, <c>search.jsonl</c> in its folder: the rungs, the cohorts, what each run came to, the decisions. Each line is
/// on the disk before the search goes on. Thread-safe; one process at a time writes.
/// </summary>
public sealed class SearchJournal : IDisposable
{
    /// <summary>Name of the journal in the search folder.</summary>
    public const string FileName = "search.jsonl";

    private const string RunsFolder = "runs";

    private static readonly JsonSerializerOptions s_json = new(JsonLines.Events)
    {
        Converters = { new JsonStringEnumConverter() },
        RespectRequiredConstructorParameters = true,
    };

    private readonly SearchReplay _replay;
    private readonly FileStream _stream;
    private readonly Lock _lock = new();

    private SearchJournal(SearchReplay replay, FileStream stream) => (_replay, _stream) = (replay, stream);

    /// <summary>Reads what a search has recorded, and checks that every decision follows from the losses. The search may be under way.</summary>
    /// <param name="folder">The search folder.</param>
    /// <exception cref="FileNotFoundException">The folder holds no search.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged, or a decision in it does not follow from the losses; the message names the line.</exception>
    public static SearchHistory Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{folder}' holds no search: it has no {FileName}.", path);
        return ReadBegun(folder) ?? throw new InvalidDataException($"'{path}' is empty: the search has not begun.");
    }

    /// <summary>As <see cref="Read"/>; null where no search has begun.</summary>
    internal static SearchHistory? ReadBegun(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) && Replay(path).Replay is { IsBegun: true } replay ? replay.History : null;
    }

    /// <summary>The folder of a run, an ordinary run folder.</summary>
    /// <param name="folder">The search folder.</param>
    /// <param name="configuration">The configuration's name.</param>
    public static string RunFolder(string folder, string configuration) => Path.Combine(folder, RunsFolder, configuration);

    /// <summary>Opens a journal to append to; a line that a killed process did not finish is cut off.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>.</exception>
    internal static SearchJournal Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        (SearchReplay replay, long keep) = File.Exists(path) ? Replay(path) : (new SearchReplay(), 0);
        return new SearchJournal(replay, JsonLines.Append(path, keep));
    }

    /// <summary>Whether there is any line.</summary>
    internal bool IsBegun => _replay.IsBegun;

    /// <summary>What is recorded so far.</summary>
    internal SearchHistory History
    {
        get
        {
            lock (_lock)
                return _replay.History;
        }
    }

    /// <summary>Records an event; on return it is on the disk.</summary>
    internal void Add(SearchEvent line)
    {
        lock (_lock)
        {
            _replay.Apply(line);
            JsonLines.Write(_stream, line, s_json, flushToDisk: true);
        }
    }

    /// <summary>Judges a rung of a cohort by the results recorded, and records the decision.</summary>
    internal RungDecision Decide(int cohort, int rung)
    {
        lock (_lock)
        {
            RungDecision outcome = _replay.Decide(cohort, rung);
            Add(new SearchEvent { Decision = new SearchDecision(cohort, rung, outcome) });
            return outcome;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static (SearchReplay Replay, long End) Replay(string path)
    {
        var replay = new SearchReplay();
        long end = 0;
        int line = 0;
        foreach ((SearchEvent happened, long upTo) in JsonLines.Read<SearchEvent>(path, s_json))
        {
            line++;
            try
            {
                replay.Apply(happened);
            }
            catch (InvalidDataException error)
            {
                throw new InvalidDataException($"'{path}', line {line}: {error.Message}.", error);
            }

            end = upTo;
        }

        // A process that is killed leaves a line without its end, and nothing after it.
        return JsonLines.EndsIn(path, end) ? (replay, end) : throw new InvalidDataException($"'{path}', line {line + 1} is damaged. Restore the file; without this line the runs after it would be repeated.");
    }
}
