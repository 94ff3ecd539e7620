using System.CommandLine;
using AcademicBert.Cli.Display;
using AcademicBert.Files;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tables;
using AcademicBert.Training;
using Microsoft.ML;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert export</c>: a model folder in, one for ONNX Runtime or Hugging Face Transformers, or a file for ML.NET out.</summary>
internal sealed class ExportCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "The model folder: ours or Hugging Face's." };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write, or, for mlnet, the file (.zip).", Required = true };
    private readonly Option<string> _format = new("--format") { Description = "onnx, huggingface, or mlnet: a file for mlContext.Model.Load that predicts as the model was fine-tuned to, or else adds sentence embeddings.", DefaultValueFactory = _ => "onnx" };
    private readonly Option<bool> _overwrite = OutputPlace.Overwrite();
    private readonly Option<OnnxPrecision> _precision = new("--precision") { Description = "What an ONNX model computes with.", DefaultValueFactory = _ => OnnxPrecision.Float32 };
    private readonly Option<OnnxPart> _part = new("--part") { Description = "What an ONNX model gives: the head's outputs, or the encoder's.", DefaultValueFactory = _ => OnnxPart.Head };
    private readonly Option<WeightType> _weights = new("--weights") { Description = "How weights are stored for Hugging Face and ML.NET.", DefaultValueFactory = _ => WeightType.Float32 };

    public ExportCommand(IAnsiConsole console)
        : base("export", "Write a model for ONNX Runtime, Hugging Face Transformers or ML.NET.")
    {
        _format.AcceptOnlyFromAmong("onnx", "huggingface", "mlnet");
        Add(_model);
        foreach (Option option in (Option[])[_output, _overwrite, _format, _precision, _part, _weights])
            Add(option);
        SetAction(arguments => Run(arguments, console));
    }

    private int Run(ParseResult arguments, IAnsiConsole console)
    {
        string model = arguments.GetRequiredValue(_model).FullName, output = Path.GetFullPath(Path.TrimEndingDirectorySeparator(arguments.GetRequiredValue(_output)));
        bool isFile = arguments.GetValue(_format) == "mlnet";
        if (isFile != output.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{_output.Name} {arguments.GetValue(_output)}: {(isFile ? "the file of ML.NET must end in .zip" : $"{arguments.GetValue(_format)} is a folder; a .zip is written by {_format.Name} mlnet")}.");
        if (arguments.GetValue(_format) != "onnx" && ((Option[])[_precision, _part]).FirstOrDefault(IsGiven) is { } ofOnnx)
            throw new UsageException($"{ofOnnx.Name} is for {_format.Name} onnx only.");
        if (arguments.GetValue(_format) == "onnx" && IsGiven(_weights))
            throw new UsageException($"{_weights.Name} is for {_format.Name} huggingface and mlnet; of onnx, {_precision.Name} decides.");
        if (OutputPlace.IsSame(model, output))
            throw new UsageException($"{_output.Name} {arguments.GetValue(_output)} is the model itself, which would be lost. Name another folder.");
        if (isFile)
            OutputPlace.RequireFile(output, arguments.GetValue(_overwrite));
        else
            OutputPlace.RequireNewFolder(output, "model folder", "config.json", arguments.GetValue(_overwrite));
        switch (arguments.GetValue(_format))
        {
            case "onnx":
                using (PretrainedBert bert = PretrainedBert.Load(model))
                    OnnxFolder.Save(bert, output, new OnnxOptions { Precision = arguments.GetValue(_precision), Part = arguments.GetValue(_part) });
                break;
            case "huggingface":
                using (PretrainedBert bert = PretrainedBert.Load(model))
                    HuggingFaceFolder.Save(bert, output, arguments.GetValue(_weights));
                break;
            default:
                Directory.CreateDirectory(Path.GetDirectoryName(output)!);
                new ConsoleLines(console).Note(SaveMLNet(model, output, arguments.GetValue(_weights)));
                break;
        }

        console.WriteLine($"Wrote {output}");
        return ExitCode.Success;

        bool IsGiven(Option option) => arguments.GetResult(option) is { Implicit: false };
    }

    /// <returns>Which columns the file reads and adds.</returns>
    private static string SaveMLNet(string model, string path, WeightType weights)
    {
        if (!PretrainedBert.IsFinetuned(model))
            return SaveEmbeddings(model, path, weights);
        var columns = PredictionOptions.For(model);
        using var predictor = TablePredictor.Load(model, columns);
        predictor.SaveModelFile(path, weights);
        return $"It reads {(columns.SecondText is { } second ? $"the columns '{columns.Text}' and '{second}'" : $"the column '{columns.Text}'")} and predicts.";
    }

    private static string SaveEmbeddings(string model, string path, WeightType weights)
    {
        var context = new MLContext();
        IDataView texts = context.Data.LoadFromEnumerable<Row>([]);
        using BertEmbeddingTransformer transformer = context.Transforms.Text.BertEmbed(model, inputColumnName: nameof(Row.Text)).Fit(texts);
        transformer.Bert.StoredAs = weights;
        NewFile.Write(path, file => context.Model.Save(transformer, texts.Schema, file));
        return $"It reads the column '{nameof(Row.Text)}' and adds sentence embeddings; the model was not fine-tuned to predict.";
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }
}
