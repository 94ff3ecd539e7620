using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert prepare</c>: text in, a corpus folder out, for as many runs as one likes.</summary>
internal sealed class PrepareCommand : Command
{
    private readonly TextArguments _text = new("Text files, folders or patterns.");
    private readonly Option<DirectoryInfo> _output = new("--output", "-o") { Description = "The corpus folder to make.", Required = true };
    private readonly OptionFlags<PretrainingRecipe> _recipe = RecipeFlags.Of("corpus");
    private readonly IAnsiConsole _console;

    public PrepareCommand(IAnsiConsole console)
        : base("prepare", "Tokenize text once, for any number of runs: 'pretrain CORPUS'.")
    {
        _console = console;
        Add(_text.Input);
        Add(_output);
        Add(_text.Vocabulary);
        foreach (Option option in _recipe.Options)
            Add(option);
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        PretrainingRecipe recipe = _recipe.Read(arguments, recipe =>
        {
            recipe.Corpus.Validate();
            recipe.Vocabulary.Validate();
            recipe.Text.Validate();
        });
        string output = Path.TrimEndingDirectorySeparator(arguments.GetRequiredValue(_output).FullName);
        OutputPlace.RequireNewFolder(output, "corpus folder", CorpusManifest.FileName, overwrite: true); // one that fits is opened, another is refused without --overwrite
        var display = new TrainingDisplay(_console);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var signals = new Signals(stop.Cancel);
        try
        {
            using PreparedCorpus corpus = _text.Prepare(arguments, recipe, output, display, stop.Token);
            display.Note($"Corpus folder: {output}");
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (signals.Exit is { } code)
        {
            display.Note("Stopped; nothing is left of the corpus.");
            return code;
        }
    }
}
