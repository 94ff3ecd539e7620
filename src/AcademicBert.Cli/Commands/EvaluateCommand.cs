using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Files;
using AcademicBert.Tables;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert evaluate</c>: a fine-tuned model and labelled rows that it has not seen in, metrics out.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "A fine-tuned model folder, ours or Hugging Face's." };
    private readonly Option<FileInfo> _data = new("--data", "-d") { Description = "Labelled rows that no training has seen: .tsv or .csv, also .gz; its first line names the columns.", Required = true };
    private readonly PropertyOption<string?> _label = new("--label", [$"{nameof(FinetuningRecipe)}.{nameof(FinetuningRecipe.Label)}"], OptionGroups.First) { Description = "Column of the labels. Default: the one the model was fine-tuned on." };
    private readonly Option<FileInfo?> _output = new("--output", "-o") { Description = "A file (JSON) to write the metrics to as well." };
    private readonly Option<bool> _overwrite = OutputPlace.Overwrite();
    private readonly OptionFlags<PredictionOptions> _options = TableFlags.Of("allScores", "keep", "words");

    private readonly IAnsiConsole _console;

    public EvaluateCommand(IAnsiConsole console)
        : base("evaluate", "Measure a fine-tuned model on labelled texts that it was not trained on.")
    {
        _console = console;
        Add(_model);
        foreach (Option option in (IEnumerable<Option>)[_data, _label, _output, _overwrite, .. _options.Options])
            Add(option);
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        string model = arguments.GetRequiredValue(_model).FullName;
        PredictionOptions options = _options.Read(arguments, model, _ => true);
        string? output = arguments.GetValue(_output)?.FullName;
        if (output is not null)
            OutputPlace.RequireFile(output, arguments.GetValue(_overwrite));
        var lines = new ConsoleLines(_console);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(stop.Cancel);
        try
        {
            TableEvaluation evaluation = TableEvaluator.Run(model, arguments.GetRequiredValue(_data).FullName, options, arguments.GetValue(_label), lines.Note, stop.Token);
            lines.Note($"{evaluation.Task} of {evaluation.ValidationRows} rows");
            foreach (string line in EvaluationText.Of(evaluation))
                lines.Note(line);
            if (output is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(output)!);
                NewFile.WriteText(output, evaluation.ToJson());
                lines.Note($"Wrote {output}");
            }

            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (signals.Exit is { } code)
        {
            return code;
        }
    }
}
