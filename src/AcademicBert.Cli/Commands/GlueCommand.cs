using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Glue;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert glue</c>: a model folder and GLUE's data in; results over the grid and a leaderboard submission out.</summary>
internal sealed class GlueCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "The model folder to start from, ours or Hugging Face's (bert, megatron-bert)." };
    private readonly Option<DirectoryInfo> _data = new("--data", "-d") { Description = "The folder of GLUE's data: a folder for each task, in the official layout, .tsv or .tsv.gz.", Required = true };
    private readonly Option<DirectoryInfo> _run = new("--run", "-o") { Description = "The run folder: recipe, results, chosen models, submission. An interrupted run in it is continued.", Required = true };
    private readonly Option<bool> _dryRun = new("--dryRun") { Description = "Measure a few steps of each task and print what the grid would take: time, memory, cost. Trains and writes nothing." };
    private readonly Option<bool> _overwrite = OutputPlace.OverwriteRun();
    private readonly Option<decimal?> _price = new("--pricePerHour") { Description = "Price of the machine for an hour, in any currency, for the cost that is estimated.", HelpName = "price" };

    // The grid decides these, and untrained is an option of its own.
    private readonly OptionFlags<GlueOptions> _options = new(
        "--options", new GlueOptions(), GlueOptions.Load, GlueOptions.Parse, options => options.ToJson(),
        without: ["finetuning.learningRate", "finetuning.epochs", "finetuning.batchSize", "finetuning.seed", "finetuning.earlyStoppingPatience", "finetuning.untrained"]);

    private readonly IAnsiConsole _console;

    public GlueCommand(IAnsiConsole console)
        : base("glue", "Fine-tune a model on GLUE over a grid of configurations and seeds.")
    {
        _console = console;
        Add(_model);
        Add(_data);
        Add(_run);
        Add(_dryRun);
        Add(_price);
        Add(_overwrite);
        foreach (Option option in _options.Options)
            Add(option);
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        GlueOptions options = _options.Read(arguments, options => options.Validate());
        string model = arguments.GetRequiredValue(_model).FullName, data = arguments.GetRequiredValue(_data).FullName, run = arguments.GetRequiredValue(_run).FullName;
        if (!arguments.GetValue(_dryRun))
            OutputPlace.RequireRunFolder(run, folder => GlueTask.All.Any(task => Directory.Exists(Path.Combine(folder, task.Name))), arguments.GetValue(_overwrite));
        var lines = new ConsoleLines(_console);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(stop.Cancel);
        try
        {
            foreach (string line in GlueText.Of(GlueRunner.Plan(options, model, data, run, stop.Token), arguments.GetValue(_price)))
                lines.Note(line);
            if (arguments.GetValue(_dryRun))
                return ExitCode.Success;
            GlueReport report = GlueRunner.Run(options, model, data, run, new Trials(lines), lines.Note, stop.Token);
            lines.Note(GlueTable.Of(report));
            lines.Note($"Written to {run}: {GlueRunner.ResultsFile}{(File.Exists(Path.Combine(run, GlueRunner.SubmissionFile)) ? $", {GlueRunner.SubmissionFile}" : "")}, and for each task its trials and chosen model.");
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (signals.Exit is { } code)
        {
            lines.Note("Stopped. The same command continues with the trials that are not done.");
            return code;
        }
    }

    private sealed class Trials(ConsoleLines lines) : IProgress<GlueProgress>
    {
        public void Report(GlueProgress value) => lines.Note(GlueText.Of(value));
    }
}
