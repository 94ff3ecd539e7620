using System.Diagnostics;
using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>Tells how a search goes and works out how far it is: one report or note at a time, whatever goes on side by side.</summary>
internal sealed class SearchMeter
{
    private readonly SearchJournal _journal;
    private readonly IProgress<SearchProgress>? _progress;
    private readonly Action<string>? _log;
    private readonly IReadOnlyDictionary<string, double> _work;
    private readonly Dictionary<string, (double From, double To)> _underWay = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private SearchHistory _history;
    private double _left, _done;

    public SearchMeter(SearchOptions options, SearchJournal journal, IProgress<SearchProgress>? progress, Action<string>? log)
    {
        (_journal, _progress, _log) = (journal, progress, log);
        _work = options.Configurations().ToDictionary(configuration => configuration.Name, configuration => SearchWork.Of(options.Of(configuration)));
        _history = journal.History;
        Refresh();
    }

    /// <summary>Passes a note on.</summary>
    public void Note(string line)
    {
        lock (_lock)
            _log?.Invoke(line);
    }

    /// <summary>A run has made a step, after which it has used a share of its budget.</summary>
    public void Stepped(string configuration, int rung, TrainingProgress training, double share)
    {
        lock (_lock)
        {
            share = Math.Min(share, SearchWork.Mark(_history.Rungs, rung));
            double from = _underWay.TryGetValue(configuration, out (double From, double To) part) ? part.From : share;
            _underWay[configuration] = (from, share);
            Report(new Happened(configuration, rung, Training: training));
        }
    }

    /// <summary>A run's result is recorded.</summary>
    public void Reached(RungResult result)
    {
        lock (_lock)
        {
            if (_underWay.Remove(result.Configuration, out (double From, double To) part))
                _done += (part.To - part.From) * _work[result.Configuration];
            Refresh();
            Report(new Happened(result.Configuration, result.Rung, Result: result));
        }
    }

    /// <summary>A decision is recorded.</summary>
    public void Judged(SearchDecision decision)
    {
        lock (_lock)
        {
            Refresh();
            Report(new Happened(null, decision.Rung, Decision: decision));
        }
    }

    private void Refresh()
    {
        _history = _journal.History;
        _left = _history.Runs.Sum(run => SearchWork.Left(_history, run) * _work[run.Configuration.Name]);
    }

    private void Report(Happened happened)
    {
        double done = _done, left = _left;
        foreach ((string name, (double from, double to)) in _underWay)
        {
            int rung = _history.Runs.First(run => run.Configuration.Name == name).Results.Count;
            done += (to - from) * _work[name];
            left -= (to - SearchWork.Mark(_history.Rungs, rung - 1)) * _work[name];
        }

        double whole = _history.Runs.Sum(run => Trained(run) * _work[run.Configuration.Name]) + _left;
        _progress?.Report(new SearchProgress
        {
            Configuration = happened.Configuration,
            Rung = happened.Rung,
            Training = happened.Training,
            Result = happened.Result,
            Decision = happened.Decision,
            Ended = _history.Runs.Count(run => run.Reason is not null || run.Results.Count > _history.Rungs.Count),
            Runs = _history.Runs.Count,
            Fraction = whole > 0 ? Math.Clamp(1 - left / whole, 0, 1) : 1,
            TimeLeft = done > 0 ? Stopwatch.GetElapsedTime(_start) * Math.Max(0, left / done) : null,
        });
    }

    private double Trained(SearchRun run) => SearchWork.Mark(_history.Rungs, run.Results.Count - 1);

    private readonly record struct Happened(string? Configuration, int Rung, TrainingProgress? Training = null, RungResult? Result = null, SearchDecision? Decision = null);
}
