using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Training;

namespace AcademicBert.Glue;

/// <summary>
/// The results of a task's trials: a journal with a line for each finished trial, and the weights of those that may still be chosen.
/// Weights are complete before the line is written, so that a trial is either done or will be run again. Thread-safe; one process at a time.
/// </summary>
internal sealed class GlueTrialStore : IDisposable
{
    private const string JournalFile = "trials.jsonl";
    private const string ModelsFolder = "models";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, Converters = { new JsonStringEnumConverter() } };

    private readonly string _folder;
    private readonly FileStream _journal;
    private readonly Dictionary<GlueTrial, GlueTrialResult> _results = [];
    private readonly Lock _lock = new();

    public GlueTrialStore(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        long keep = 0;
        foreach ((GlueTrialResult result, long end) in Lines(folder))
        {
            _results[result.Trial] = result;
            keep = end;
        }

        _journal = JsonLines.Append(Path.Combine(folder, JournalFile), keep);
    }

    /// <summary>The trials that are done in a folder.</summary>
    public static IReadOnlySet<GlueTrial> Done(string folder) => Read(folder).Select(result => result.Trial).ToHashSet();

    /// <summary>The results in a folder, in the order they came; none where it has no journal.</summary>
    public static IEnumerable<GlueTrialResult> Read(string folder) => Lines(folder).Select(line => line.Line);

    /// <summary>The results so far.</summary>
    public IReadOnlyDictionary<GlueTrial, GlueTrialResult> Results
    {
        get
        {
            lock (_lock)
                return new Dictionary<GlueTrial, GlueTrialResult>(_results);
        }
    }

    /// <summary>Adds a result and the weights; a failed trial has none.</summary>
    public void Add(GlueTrialResult result, PretrainedBert? model)
    {
        if (model is not null)
            Save(result.Trial, model);
        lock (_lock)
        {
            JsonLines.Write(_journal, result, s_json, flushToDisk: true);
            _results.Add(result.Trial, result);
        }
    }

    /// <summary>Keeps the weights of a trial.</summary>
    public void Save(GlueTrial trial, PretrainedBert model) => model.Save(ModelFolder(trial));

    /// <summary>Whether the weights of a trial are kept.</summary>
    public bool HasModel(GlueTrial trial) => Directory.Exists(ModelFolder(trial));

    /// <summary>Where the weights of a trial are, if they are kept.</summary>
    public string ModelFolder(GlueTrial trial) => Path.Combine(_folder, ModelsFolder, trial.ToString());

    /// <summary>Removes the weights of finished trials that can no longer be chosen: all that are not of the best complete configuration.</summary>
    public void Prune(GlueTaskResult result)
    {
        string models = Path.Combine(_folder, ModelsFolder);
        if (!Directory.Exists(models))
            return;
        lock (_lock)
        {
            IEnumerable<GlueTrial> decided = result.Configurations.SelectMany(configuration => configuration.Results.Select(trial => trial.Trial));
            foreach (GlueTrial trial in decided.Where(trial => trial.Configuration != result.Best?.Trial.Configuration))
                if (HasModel(trial))
                    Directory.Delete(ModelFolder(trial), recursive: true);
        }
    }

    public void Dispose() => _journal.Dispose();

    private static IEnumerable<(GlueTrialResult Line, long End)> Lines(string folder)
    {
        string path = Path.Combine(folder, JournalFile);
        return File.Exists(path) ? JsonLines.Read<GlueTrialResult>(path, s_json) : [];
    }
}
