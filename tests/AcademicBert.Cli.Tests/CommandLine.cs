using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Tables;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Spectre.Console;

namespace AcademicBert.Tests;

/// <summary>Runs command lines in a folder of their own and keeps what they write.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly StringWriter _output = new(), _errors = new();

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    /// <summary>What was written to the standard output.</summary>
    public string Output => _output.ToString();

    /// <summary>What was written to the standard error.</summary>
    public string Errors => _errors.ToString();

    /// <summary>A path in the folder.</summary>
    public string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);

    /// <summary>Runs a command line.</summary>
    public async Task<int> Run(params string[] arguments)
    {
        _errors.GetStringBuilder().Clear();
        // Help and completion write where programs do.
        TextWriter before = Console.Out;
        Console.SetOut(_output);
        try
        {
            return await Application.RunAsync(arguments, AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output) }), _errors);
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public async Task Succeed(params string[] arguments) => Assert.AreEqual(ExitCode.Success, await Run(arguments), Errors);

    /// <summary>Runs a command line that must succeed.</summary>
    /// <returns>The lines it wrote.</returns>
    public async Task<string[]> Lines(params string[] arguments)
    {
        int before = Output.Length;
        await Succeed(arguments);
        return Output[before..].TrimEnd().Split('\n');
    }

    /// <summary>Writes a few short sentences to a file, one a line.</summary>
    public string Text(string name = "text.txt", int lines = 40)
    {
        File.WriteAllLines(Path(name), Enumerable.Range(0, lines).Select(i => $"On day {i % 7} the baker bakes bread {i % 11} and the pilot flies plane {i % 13}."));
        return Path(name);
    }

    /// <summary>Writes a model folder of random parameters.</summary>
    public string Model()
    {
        var config = new BertConfig { HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, MaxPositions = 16 };
        using PretrainedBert bert = PretrainedBert.CreateUntrained(config, BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "baker", "bread", "day"])));
        bert.Save(Path("model"));
        return Path("model");
    }

    /// <summary>Writes labelled rows.</summary>
    public string Rows()
    {
        File.WriteAllLines(Path("rows.tsv"), ["text\tlabel", .. Enumerable.Range(0, 300).Select(row => row % 2 == 0 ? "the baker\tfood" : "the day\ttime")]);
        return Path("rows.tsv");
    }

    /// <summary>Writes a folder with a model that was fine-tuned on <see cref="Rows"/>.</summary>
    public string Classifier()
    {
        var recipe = new FinetuningRecipe { Finetuning = new FinetuningOptions { Epochs = 1 } };
        TableFinetuner.Run(recipe, Model(), Rows(), null, Path("tuned"));
        Directory.Move(Path("tuned", "model"), Path("classifier"));
        Directory.Delete(Path("tuned"), recursive: true);
        return Path("classifier");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
