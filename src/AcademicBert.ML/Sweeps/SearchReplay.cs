using System.Text.Json;
using AcademicBert.Files;

namespace AcademicBert.Sweeps;

/// <summary>
/// Takes a search's events in their order and refuses what cannot be: an event out of turn, or a decision that does not follow from the
/// losses. Reading a journal and writing one go through it alike.
/// </summary>
internal sealed class SearchReplay
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, SearchRun> _runs = [];
    private readonly List<SearchDecision> _decisions = [];
    private SearchHeader? _header;
    private int _cohorts;

    /// <summary>Whether there was any event.</summary>
    public bool IsBegun => _header is not null;

    /// <summary>What has happened so far.</summary>
    public SearchHistory History => new() { Budget = Header.Budget, Rungs = Header.Rungs, Runs = [.. _order.Select(name => _runs[name])], Decisions = [.. _decisions] };

    private SearchHeader Header => _header ?? throw new InvalidDataException("the first line must say which search this is");

    /// <summary>Takes an event.</summary>
    /// <exception cref="InvalidDataException">It cannot follow what happened before; the message says why.</exception>
    public void Apply(SearchEvent line)
    {
        switch (line)
        {
            case { Search: { } header }:
                Require(_header is null, "the search is described twice");
                Require(header.Version == SearchHeader.CurrentVersion, $"version {header.Version} is unknown; this is version {SearchHeader.CurrentVersion}");
                Require(header.Rungs.All(rung => rung is not null), "a rung is empty");
                _header = header;
                break;
            case { Cohort: { } cohort }:
                Begin(cohort);
                break;
            case { Result: { } result }:
                Take(result);
                break;
            case { Decision: { } decision }:
                Take(decision);
                break;
            default:
                throw new InvalidDataException("it says nothing known");
        }
    }

    /// <summary>What follows from the results of a cohort at a rung, all of which must be there.</summary>
    public RungDecision Decide(int cohort, int rung)
    {
        Require(cohort >= 0 && cohort < _cohorts && rung >= 0 && rung < Header.Rungs.Count, $"there is no rung {rung + 1} of cohort {cohort + 1}");
        Require(_order.All(name => _runs[name] is var run && (run.Cohort > cohort || run.Reason is not null || run.Results.Count > rung)), $"rung {rung + 1} of cohort {cohort + 1} is judged before all runs were there");
        return RungDecision.Of(Header.Rungs[rung], [.. Results(rung, of => of < cohort)], [.. Results(rung, of => of == cohort)]);
    }

    private IEnumerable<RungResult> Results(int rung, Func<int, bool> cohort) =>
        _order.Select(name => _runs[name]).Where(run => cohort(run.Cohort) && run.Results.Count > rung).Select(run => run.Results[rung]);

    private void Begin(IReadOnlyList<SearchConfiguration> cohort)
    {
        _ = Header;
        foreach (SearchConfiguration configuration in cohort)
        {
            Require(configuration is not null, "a run is empty");
            Require(PlainName.Is(configuration!.Name), $"'{configuration.Name}' is no name of a run's folder");
            Require(configuration.Values.Values.All(IsText), $"'{configuration.Name}' has a value that is no text");
            Require(_runs.TryAdd(configuration.Name, new SearchRun { Configuration = configuration, Cohort = _cohorts }), $"'{configuration.Name}' is there already");
            _order.Add(configuration.Name);
        }

        _cohorts++;
    }

    private void Take(RungResult result)
    {
        Require(_runs.TryGetValue(result.Configuration, out SearchRun? run), $"there is no run '{result.Configuration}'");
        Require(run!.Reason is null, $"'{result.Configuration}' was dropped before");
        Require(run.Results.Count == result.Rung && result.Rung <= Header.Rungs.Count, $"'{result.Configuration}' is at rung {run.Results.Count + 1}, not {result.Rung + 1}");
        Require(result.Rung == 0 || Decided(run.Cohort, result.Rung - 1), $"'{result.Configuration}' goes on before rung {result.Rung} is judged");
        run = run with { Results = [.. run.Results, result] };
        // After the last rung nobody judges, and what failed is not ranked.
        if (result.Rung == Header.Rungs.Count && !result.IsSound)
            run = run with { DroppedAt = result.Rung, Reason = DropReason.Failed };
        _runs[result.Configuration] = run;
    }

    private void Take(SearchDecision decision)
    {
        Require(!Decided(decision.Cohort, decision.Rung), $"rung {decision.Rung + 1} of cohort {decision.Cohort + 1} is judged twice");
        Require(Decide(decision.Cohort, decision.Rung).Equals(decision.Outcome), $"the decision at rung {decision.Rung + 1} of cohort {decision.Cohort + 1} does not follow from the losses before it; a loss or the decision was changed");
        foreach (DroppedRun dropped in decision.Outcome.Dropped)
            _runs[dropped.Configuration] = _runs[dropped.Configuration] with { DroppedAt = decision.Rung, Reason = dropped.Reason };
        _decisions.Add(decision);
    }

    private bool Decided(int cohort, int rung) => _decisions.Any(decision => decision.Cohort == cohort && decision.Rung == rung);

    // Half a surrogate pair can be written as an escape, and breaks whatever reads it later; so do bytes that are not UTF-8.
    private static bool IsText(JsonElement value)
    {
        try
        {
            return (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()) is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
            throw new InvalidDataException(problem);
    }
}
