using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Tables;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert predict</c>: a model folder and texts in; labels and probabilities, with tabs between them, out.</summary>
internal sealed class PredictCommand : Command
{
    private const string StandardInput = "-", DataFlag = "--data";

    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "A model folder with a head: one that finetune wrote, or Hugging Face's." };
    private readonly Argument<string[]> _texts = new("text") { Description = $"A text to predict, or the two of a pair; for several texts there is {DataFlag}.", Arity = new ArgumentArity(0, 2) };
    private readonly Option<string?> _data = new(DataFlag, "-d") { Description = "Texts to predict instead: .tsv or .csv, whose first line names the columns (by default those the model was fine-tuned on), another file with a text in each line, or - for standard input; .gz is read too.", HelpName = "file" };
    private readonly Option<FileInfo?> _output = new("--output", "-o") { Description = "The file to write, with tabs, or commas in a .csv. Default: standard output." };
    private readonly Option<bool> _overwrite = OutputPlace.Overwrite();
    private readonly OptionFlags<PredictionOptions> _options = TableFlags.Of();

    // A name without an extension may be a device.
    private static readonly string[] s_extensions = [".tsv", ".csv", ".txt"];

    private readonly IAnsiConsole _console;

    public PredictCommand(IAnsiConsole console)
        : base("predict", "Predict labels, numbers or words of texts with a model.")
    {
        _console = console;
        _output.Validators.Add(found =>
        {
            if (found.Tokens is [var file] && Path.HasExtension(file.Value) && !s_extensions.Contains(Path.GetExtension(file.Value), StringComparer.OrdinalIgnoreCase))
                found.AddError($"{_output.Name} {file.Value} must end in {string.Join(" or ", s_extensions)}.");
        });
        Add(_model);
        Add(_texts);
        foreach (Option option in (IEnumerable<Option>)[_data, _output, _overwrite, .. _options.Options])
            Add(option);
        Validators.Add(found =>
        {
            // Asked for their values, arguments are no longer validated.
            if (found.GetResult(_texts) is { Tokens.Count: > 0 } == found.GetResult(_data) is not null)
                found.AddError($"Give either a text to predict or {_data.Name}.");
            else if (found.GetResult(_texts)?.Tokens.Any(text => string.IsNullOrWhiteSpace(text.Value)) == true)
                found.AddError("A text to predict is empty.");
            else if (found.GetResult(_texts)?.Tokens.FirstOrDefault(text => File.Exists(text.Value)) is { } file)
                found.AddError($"'{file.Value}' is a file; its rows are predicted by {_data.Name} {file.Value}.");
        });
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        string model = arguments.GetRequiredValue(_model).FullName;
        PredictionOptions options = _options.Read(arguments, model, options => arguments.GetValue(_data) is { } file && TableReader.HasColumns(file == StandardInput ? "" : file, options));
        if (options.Keep.Count > 0 && arguments.GetValue(_data) is null)
            throw new UsageException($"{nameof(PredictionOptions)}.{nameof(PredictionOptions.Keep)} names columns, which a text on the command line has not; give a file by {_data.Name}.");
        string[] texts = arguments.GetValue(_texts)!;
        if (texts.Length == 2)
            options = options with { SecondText = options.SecondText ?? "secondText" };
        string? output = arguments.GetValue(_output)?.FullName;
        if (output is not null && arguments.GetValue(_data) is { } data && OutputPlace.IsSame(output, data))
            throw new UsageException($"{_output.Name} {data} is the file of the rows themselves, which would be lost. Name another file.");
        if (output is not null)
            OutputPlace.RequireFile(output, arguments.GetValue(_overwrite));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(stop.Cancel);
        try
        {
            IEnumerable<TextRow> rows = arguments.GetValue(_data) switch
            {
                null => [new TextRow(texts[0], texts.ElementAtOrDefault(1))],
                StandardInput => TableReader.Read(Console.OpenStandardInput(), "standard input", options),
                { } file => TableReader.Read(file, options),
            };
            using TablePredictor predictor = Load(model, options, pair: texts.Length == 2);
            if (output is not null)
                new ConsoleLines(_console).Note($"Wrote {predictor.Write(rows, output, stop.Token)} predictions to {output}");
            else
                predictor.Write(rows, _console.Profile.Out.Writer, stop.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (signals.Exit is { } code)
        {
            return code;
        }
    }

    private TablePredictor Load(string model, PredictionOptions options, bool pair)
    {
        try
        {
            return TablePredictor.Load(model, options);
        }
        catch (ArgumentException error) when (pair && error.ParamName == nameof(PredictionOptions.SecondText))
        {
            throw new UsageException($"'{model}' predicts single texts, and two were given. For several texts, write each on a line of a file, {_data.Name} FILE.txt, or of standard input, {_data.Name} -.");
        }
        catch (ArgumentException error) when (options.SecondText is null && error.ParamName == nameof(PredictionOptions.SecondText))
        {
            throw new UsageException($"'{model}' was fine-tuned on pairs of texts. Give both, or by {_data.Name} a table with a column for each.");
        }
    }
}
