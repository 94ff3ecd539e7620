using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Pretraining;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert vocab</c>: text in, a WordPiece vocabulary out.</summary>
internal sealed class VocabCommand : Command
{
    private readonly TextArguments _text = new("Text files, folders or patterns.");
    private readonly Option<FileInfo> _output = new("--output", "-o") { Description = "The vocabulary to write (vocab.txt), a word a line.", Required = true };
    private readonly Option<bool> _overwrite = OutputPlace.Overwrite();
    private readonly OptionFlags<PretrainingRecipe> _recipe = RecipeFlags.Of("vocabulary", without: ["corpus"]);
    private readonly IAnsiConsole _console;

    public VocabCommand(IAnsiConsole console)
        : base("vocab", "Train a vocabulary from text.")
    {
        _console = console;
        Add(_text.Input);
        Add(_output);
        Add(_overwrite);
        foreach (Option option in _recipe.Options)
            Add(option);
        SetAction((arguments, cancellationToken) => Task.Run(() => Run(arguments, cancellationToken), CancellationToken.None));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        PretrainingRecipe recipe = _recipe.Read(arguments, recipe =>
        {
            recipe.Vocabulary.Validate();
            recipe.Text.Validate();
        });
        string output = arguments.GetRequiredValue(_output).FullName;
        var lines = new ConsoleLines(_console);
        OutputPlace.RequireFile(output, arguments.GetValue(_overwrite));
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        CorpusPreparation.TrainVocabulary(_text.Source(arguments, recipe), recipe.Vocabulary, lines.Note, cancellationToken).Save(output);
        lines.Note($"Wrote {output}");
        return ExitCode.Success;
    }
}
