using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Tables;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert finetune</c>: a model folder and a file of labelled rows in, a model folder that predicts the labels out.</summary>
internal sealed class FinetuneCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "The model folder to start from, ours or Hugging Face's (bert, megatron-bert)." };
    private readonly Option<FileInfo> _data = new("--data", "-d") { Description = "Rows to learn from: .tsv or .csv, also .gz; its first line names the columns.", Required = true };
    private readonly Option<FileInfo?> _validation = new("--validation") { Description = "Rows to choose the best epoch by and to measure on; without it --validationShare of the rows are held out." };
    private readonly Option<DirectoryInfo> _run = new("--run", "-o") { Description = "The run folder: the model, the state after each epoch, the recipe, the result, a report. An interrupted run in it is continued.", Required = true };
    private readonly Option<bool> _overwrite = OutputPlace.OverwriteRun();
    private readonly Option<bool> _zip = new("--zip") { Description = $"Write ML.NET's model file too, {TableFinetuner.PipelineFile}." };
    private readonly OptionFlags<FinetuningRecipe> _recipe = new(
        "--recipe", new FinetuningRecipe(), FinetuningRecipe.Load, FinetuningRecipe.Parse, recipe => recipe.ToJson(), mainSection: "finetuning");

    private readonly IAnsiConsole _console;

    public FinetuneCommand(IAnsiConsole console)
        : base("finetune", "Fine-tune a model on a file of labelled texts.")
    {
        _console = console;
        Add(_model);
        foreach (Option option in (IEnumerable<Option>)[_data, _validation, _run, _zip, _overwrite, .. _recipe.Options])
            Add(option);
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        FinetuningRecipe recipe = _recipe.Read(arguments, recipe => recipe.Validate());
        string run = arguments.GetRequiredValue(_run).FullName;
        OutputPlace.RequireRunFolder(run, RecordedFinetuning.IsIn, arguments.GetValue(_overwrite));
        var lines = new ConsoleLines(_console);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(stop.Cancel);
        try
        {
            TableFinetuningResult result = TableFinetuner.Run(
                recipe, arguments.GetRequiredValue(_model).FullName, arguments.GetRequiredValue(_data).FullName, arguments.GetValue(_validation)?.FullName, run,
                arguments.GetValue(_zip), log: line => lines.Note(ErrorText.WithFlags(line, arguments.CommandResult)), cancellationToken: stop.Token);
            foreach (string line in EvaluationText.Of(result, recipe.Finetuning))
                lines.Note(line);
            lines.Note($"Model: {Path.Combine(run, TableFinetuner.ModelFolder)}");
            RunReport.Write(run, lines.Note);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (signals.Exit is { } code)
        {
            lines.Note("Stopped. The same command continues after the last whole epoch.");
            return code;
        }
    }
}
