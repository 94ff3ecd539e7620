using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Corpus;
using AcademicBert.Files;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert embed</c>: a model folder and texts in, a vector for each out.</summary>
internal sealed class EmbedCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "The model folder: ours or Hugging Face's." };
    private readonly TextArguments _text = new("Text files, folders or patterns.");
    private readonly Option<FileInfo> _output = new("--output", "-o") { Description = "The file to write; one of that name is replaced. .tsv: a line for each text, where it stands and the numbers; .npy: a matrix for NumPy.", Required = true };
    private readonly Option<TextLayout> _layout = new("--layout") { Description = "How texts lie in the files.", DefaultValueFactory = _ => TextLayout.DocumentPerLine };
    private readonly Option<EmbeddingPooling> _pooling = new("--pooling") { Description = "How one vector is made of the tokens." };
    private readonly Option<bool> _normalize = new("--normalize") { Description = "Give vectors the length 1, so that their product is the cosine similarity." };
    private readonly IAnsiConsole _console;

    public EmbedCommand(IAnsiConsole console)
        : base("embed", "Write a vector for each text.")
    {
        _console = console;
        _output.Validators.Add(found =>
        {
            if (found.Tokens is [var file] && !VectorFile.Knows(file.Value))
                found.AddError($"{_output.Name} {file.Value} must end in .tsv or .npy.");
        });
        Add(_model);
        Add(_text.Input);
        foreach (Option option in (Option[])[_output, _layout, _pooling, _normalize])
            Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        string output = arguments.GetRequiredValue(_output).FullName;
        OutputPlace.RequireFile(output);
        var source = new TextFileSource(arguments.GetRequiredValue(_text.Input), new TextFileOptions { Layout = arguments.GetValue(_layout) });
        var context = new MLContext();
        IDataView texts = context.Data.LoadFromEnumerable(source.Read().Select(document => new Row { Source = document.Source, Text = document.Text }));
        using BertEmbeddingTransformer model = context.Transforms.Text
            .BertEmbed(arguments.GetRequiredValue(_model).FullName, nameof(Embedding.Vector), nameof(Row.Text), arguments.GetValue(_pooling), arguments.GetValue(_normalize)).Fit(texts);
        long count = 0;
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        NewFile.Write(output, stream =>
        {
            using var file = new VectorFile(stream, output);
            foreach (Embedding row in context.Data.CreateEnumerable<Embedding>(model.Transform(texts), reuseRowObject: true))
                file.Add(row.Source, row.Vector);
            count = file.Count;
        });
        new ConsoleLines(_console).Note($"Wrote {count} vectors of {model.Bert.Config.HiddenSize} numbers to {output}");
        return ExitCode.Success;
    }

    private sealed class Row
    {
        public string Source { get; set; } = "";

        public string Text { get; set; } = "";
    }

    private sealed class Embedding
    {
        public string Source { get; set; } = "";

        public float[] Vector { get; set; } = [];
    }
}
