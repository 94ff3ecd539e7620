using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Corpus;
using AcademicBert.Files;
using AcademicBert.Scoring;
using AcademicBert.Tables;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert embed</c>: a model folder and texts in, a vector for each out.</summary>
internal sealed class EmbedCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "The model folder: ours or Hugging Face's." };
    private readonly Argument<string[]> _input = new("input") { Description = "Texts: of .tsv and .csv files, whose first line names the columns, the column --text; of others each line, an empty one too. Files, folders or patterns; .gz is read too.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<FileInfo> _output = new("--output", "-o") { Description = "The file to write. .tsv or .csv: a line for each text, its file and line and the numbers; .npy: a matrix for NumPy, a row for each text in the order of the files.", Required = true };
    private readonly Option<bool> _overwrite = OutputPlace.Overwrite();
    private readonly Option<TextLayout?> _layout = new("--layout") { Description = "Embed documents instead, as they lie in text files: DocumentPerFile for whole files. Empty ones are left out.", HelpName = string.Join('|', Enum.GetNames<TextLayout>()) };
    private readonly Option<EmbeddingPooling> _pooling = new("--pooling") { Description = "How one vector is made of the tokens.", DefaultValueFactory = _ => default };
    private readonly Option<bool> _normalize = new("--normalize") { Description = "Give vectors the length 1, so that their product is the cosine similarity." };

    // What a vector does not depend on.
    private readonly OptionFlags<PredictionOptions> _options = TableFlags.Of("secondText", "allScores", "keep", "words", "batchSize", "maxLength", "precision");

    private readonly IAnsiConsole _console;

    public EmbedCommand(IAnsiConsole console)
        : base("embed", "Write a vector for each text.")
    {
        _console = console;
        _output.Validators.Add(found =>
        {
            if (found.Tokens is [var file] && !VectorFile.Knows(file.Value))
                found.AddError($"{_output.Name} {file.Value} must end in .tsv, .csv or .npy.");
        });
        Add(_model);
        Add(_input);
        foreach (Option option in (IEnumerable<Option>)[_output, _overwrite, _layout, _pooling, _normalize, .. _options.Options])
            Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        string model = arguments.GetRequiredValue(_model).FullName, output = arguments.GetRequiredValue(_output).FullName;
        OutputPlace.RequireFile(output, arguments.GetValue(_overwrite));
        string[] inputs = arguments.GetRequiredValue(_input);
        if (inputs.FirstOrDefault(input => OutputPlace.IsSame(input, output)) is { } own)
            throw new UsageException($"{_output.Name} {own} is the file of the texts themselves, which would be lost. Name another file.");
        PredictionOptions options = _options.Read(arguments, model, _ => true) with { SecondText = null };
        var source = new TextFileSource(inputs, new TextFileOptions { Layout = arguments.GetValue(_layout) ?? TextLayout.Automatic, Column = options.Text, Separator = options.Separator });
        IEnumerable<Row> rows = arguments.GetValue(_layout) is null
            ? source.Files.SelectMany(file => TableReader.Read(file, options).Select(row => new Row { Source = $"{file}:{row.Line}", Text = row.Text }))
            : source.Read().Select(document => new Row { Source = document.Source, Text = document.Text });
        var context = new MLContext();
        IDataView texts = context.Data.LoadFromEnumerable(rows);
        using BertEmbeddingTransformer transformer = context.Transforms.Text
            .BertEmbed(model, nameof(Embedding.Vector), nameof(Row.Text), arguments.GetValue(_pooling), arguments.GetValue(_normalize)).Fit(texts);
        long count = 0;
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        NewFile.Write(output, stream =>
        {
            using var file = new VectorFile(stream, output);
            foreach (Embedding row in context.Data.CreateEnumerable<Embedding>(transformer.Transform(texts), reuseRowObject: true))
                file.Add(row.Source, row.Vector);
            count = file.Count;
        });
        new ConsoleLines(_console).Note($"Wrote {count} vectors of {transformer.Bert.Config.HiddenSize} numbers to {output}");
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
