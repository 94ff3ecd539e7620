using System.CommandLine;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Training;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert export</c>: a model folder in, one for ONNX Runtime or Hugging Face Transformers out.</summary>
internal sealed class ExportCommand : Command
{
    private readonly Argument<DirectoryInfo> _model = new("model") { Description = "The model folder: ours or Hugging Face's." };
    private readonly Option<DirectoryInfo> _output = new("--output", "-o") { Description = "The folder to write; one of that name is replaced.", Required = true };
    private readonly Option<string> _format = new("--format") { Description = "onnx or huggingface.", DefaultValueFactory = _ => "onnx" };
    private readonly Option<OnnxPrecision> _precision = new("--precision") { Description = "What an ONNX model computes with.", DefaultValueFactory = _ => OnnxPrecision.Float32 };
    private readonly Option<OnnxPart> _part = new("--part") { Description = "What an ONNX model gives: the head's outputs, or the encoder's.", DefaultValueFactory = _ => OnnxPart.Head };
    private readonly Option<WeightType> _weights = new("--weights") { Description = "How a Hugging Face folder stores weights.", DefaultValueFactory = _ => WeightType.Float32 };

    public ExportCommand(IAnsiConsole console)
        : base("export", "Write a model for ONNX Runtime or Hugging Face Transformers.")
    {
        _format.AcceptOnlyFromAmong("onnx", "huggingface");
        Add(_model);
        foreach (Option option in (Option[])[_output, _format, _precision, _part, _weights])
            Add(option);
        SetAction(arguments => Run(arguments, console));
    }

    private int Run(ParseResult arguments, IAnsiConsole console)
    {
        string output = arguments.GetRequiredValue(_output).FullName;
        using PretrainedBert bert = PretrainedBert.Load(arguments.GetRequiredValue(_model).FullName);
        if (arguments.GetValue(_format) == "onnx")
            OnnxFolder.Save(bert, output, new OnnxOptions { Precision = arguments.GetValue(_precision), Part = arguments.GetValue(_part) });
        else
            HuggingFaceFolder.Save(bert, output, arguments.GetValue(_weights));
        console.WriteLine($"Wrote {output}");
        return ExitCode.Success;
    }
}
