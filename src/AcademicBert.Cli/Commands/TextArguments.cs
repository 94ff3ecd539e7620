using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;

namespace AcademicBert.Cli.Commands;

/// <summary>What commands that read text have in common: where the text is, and with which vocabulary it is tokenized.</summary>
/// <param name="description">What <see cref="Input"/> may be.</param>
internal sealed class TextArguments(string description)
{
    /// <summary>Files, folders or patterns.</summary>
    public Argument<string[]> Input { get; } = new("input") { Description = description, Arity = ArgumentArity.OneOrMore };

    /// <summary>The vocabulary.</summary>
    public Option<FileInfo?> Vocabulary { get; } = new("--vocab") { Description = "A vocabulary (vocab.txt) to use; without it that of the model to go on from, or one that is trained from the text." };

    /// <summary>The documents.</summary>
    public TextFileSource Source(ParseResult arguments, PretrainingRecipe recipe) => new(arguments.GetRequiredValue(Input), recipe.Text);

    /// <summary>Makes a corpus folder of them, or opens the one that is there.</summary>
    public PreparedCorpus Prepare(ParseResult arguments, PretrainingRecipe recipe, string folder, TrainingDisplay display, CancellationToken cancellationToken)
    {
        Pretrainer.RequireStart(recipe.Pretraining, recipe.Corpus);
        TextFileSource source = Source(arguments, recipe);
        foreach (string line in LeftOutText.Of(source.LeftOut, source.LeftOutFolders))
            display.Note(line);
        BertWordPieceTokenizer? tokenizer =
            arguments.GetValue(Vocabulary) is { } file ? BertWordPieceTokenizer.Create(Tokenization.Vocabulary.Load(file.FullName), recipe.Vocabulary.Tokenization)
            : recipe.Pretraining.From is { } model ? BertWordPieceTokenizer.Load(model)
            : null;
        return display.Prepare(progress => CorpusPreparation.Prepare(source, folder, recipe.Corpus, recipe.Vocabulary, tokenizer, display.Note, progress, cancellationToken));
    }

    /// <summary>Requires that the text, or the corpus that is named instead, is there, and that its first document can be read.</summary>
    /// <exception cref="FileNotFoundException">It is not there; the message names what is missing.</exception>
    /// <exception cref="InvalidDataException">It cannot be read, such as a table without the column; the message names file and line.</exception>
    public void Require(ParseResult arguments, PretrainingRecipe recipe, CancellationToken cancellationToken)
    {
        if (Prepared(arguments) is null)
            Source(arguments, recipe).Read(cancellationToken).FirstOrDefault();
    }

    /// <summary>As <see cref="Prepare"/>; or opens a corpus folder that is named instead of text.</summary>
    public PreparedCorpus Open(ParseResult arguments, PretrainingRecipe recipe, string folder, TrainingDisplay display, CancellationToken cancellationToken)
    {
        if (Prepared(arguments) is not { } prepared)
            return Prepare(arguments, recipe, folder, display, cancellationToken);
        return arguments.GetValue(Vocabulary) is null
            ? PreparedCorpus.Open(prepared)
            : throw new UsageException($"{Vocabulary.Name} cannot be used with '{prepared}', which is a prepared corpus with a vocabulary of its own.");
    }

    /// <summary>The corpus folder in a run folder.</summary>
    public static string CorpusFolder(string run) => Path.Combine(run, "corpus");

    /// <summary>Whether a run folder holds a corpus, whole or begun.</summary>
    public static bool HasCorpus(string run) => Directory.EnumerateFileSystemEntries(run, "corpus*").Any();

    private string? Prepared(ParseResult arguments) =>
        arguments.GetRequiredValue(Input) is [string folder] && File.Exists(Path.Combine(folder, CorpusManifest.FileName)) ? folder : null;
}
