using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert search</c>: text or a prepared corpus and a space of hyperparameters in; run folders, a journal and a table out.</summary>
internal sealed class SearchCommand : Command
{
    private readonly TextArguments _text = new("Text files, folders or patterns, or one prepared corpus folder.");
    private readonly Option<DirectoryInfo> _run = new("--run", "-o") { Description = "The search folder: recipe, corpus, journal, table and a run folder for each configuration. An interrupted search in it is continued; with a larger space it is extended.", Required = true };
    private readonly Option<bool> _dryRun = new("--dryRun") { Description = "Measure a few steps and print what the search would take: time, memory, disk, cost. Trains nothing; a corpus that is prepared for it stays." };
    private readonly Option<bool> _overwrite = OutputPlace.OverwriteRun();
    private readonly Option<decimal?> _price = new("--pricePerHour") { Description = "Price of the machine for an hour, in any currency, for the cost that is estimated.", HelpName = "price" };

    // Each run's end is the search's to decide.
    private readonly OptionFlags<SearchOptions> _options = new(
        "--recipe", new SearchOptions(), NamedSearches.Find, SearchOptions.Parse, options => options.ToJson(), mainSection: "recipe.pretraining",
        without: ["recipe.description", "recipe.sources", "recipe.pretraining.model.trainedTokenTypes", "recipe.pretraining.earlyExit", "recipe.pretraining.lossLimit"], names: $", or one of {string.Join(", ", NamedSearches.Names)}");

    private readonly IAnsiConsole _console;

    public SearchCommand(IAnsiConsole console)
        : base("search", "Search hyperparameters: train every configuration of a space under one budget, and drop the worse ones early.")
    {
        _console = console;
        Add(_text.Input);
        Add(_run);
        Add(_text.Vocabulary);
        Add(_dryRun);
        Add(_price);
        Add(_overwrite);
        foreach (Option option in _options.Options)
            Add(option);
        Add(new SearchReplayCommand(console));
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        SearchOptions options = _options.Read(arguments, options =>
        {
            RequireUnvaried(arguments, options);
            options.Validate();
            foreach (PretrainingOptions run in options.Configurations().Select(options.Of).DistinctBy(run => (run.Model, run.From)))
                Pretrainer.RequireMachine(run);
        });
        string folder = arguments.GetRequiredValue(_run).FullName;
        OutputPlace.RequireRunFolder(folder, folder => File.Exists(Path.Combine(folder, SearchJournal.FileName)), arguments.GetValue(_overwrite), TextArguments.HasCorpus);
        var display = new TrainingDisplay(_console);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(stop.Cancel);
        try
        {
            using PreparedCorpus corpus = _text.Open(arguments, options.Recipe, TextArguments.CorpusFolder(folder), display, stop.Token);
            bool dryRun = arguments.GetValue(_dryRun);
            // One that goes on says its time left by itself, and large batches take minutes to measure.
            if (dryRun || !File.Exists(Path.Combine(folder, SearchJournal.FileName)))
            {
                SearchPlan plan = SearchRunner.Plan(options, corpus, folder, stop.Token);
                foreach (string line in SearchText.Of(plan, arguments.GetValue(_price)))
                    display.Note(line);
                if (_options.File(arguments) is null && SearchText.Advice(plan) is { } advice)
                    display.Note(advice);
            }

            if (dryRun)
                return ExitCode.Success;
            SearchHistory history = display.Search(progress => SearchRunner.Run(options, corpus, folder, progress, line => display.Note(ErrorText.WithFlags(line, arguments.CommandResult)), stop.Token));
            display.Note(SearchTable.Of(history));
            display.Note($"Written to {folder}: {SearchTable.FileName}, {SearchJournal.FileName}, and the folder of each run.");
            return history.Ranking.Count > 0 ? ExitCode.Success : ExitCode.Pruned;
        }
        catch (OperationCanceledException) when (signals.Exit is { } code)
        {
            display.Note("Stopped with checkpoints. The same command continues the search.");
            return code;
        }
    }

    /// <summary>A flag for an option that the space varies would change nothing.</summary>
    private void RequireUnvaried(ParseResult arguments, SearchOptions options)
    {
        string? varied = _options.Given(arguments).Select(flag => flag.Name).FirstOrDefault(name => options.Space.Any(dimension => dimension.Option == name));
        if (varied is not null)
            throw new ArgumentException($"--{varied} cannot be set: the space varies it. Give other values with --space.");
    }
}
