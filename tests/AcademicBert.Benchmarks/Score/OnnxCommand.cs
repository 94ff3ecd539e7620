using System.CommandLine;
using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Score;

/// <summary><c>onnx</c>: what a fine-tuned classifier loses by export, in each precision, on the dev rows of its task.</summary>
internal static class OnnxCommand
{
    private const int Together = 32;

    public static Command Make()
    {
        string? data = Environment.GetEnvironmentVariable("ACADEMICBERT_DATA");
        Option<string> model = new("--model") { Description = "Folder of the fine-tuned classifier of two classes.", Required = true };
        Option<string?> glue = new("--glue") { Description = "Folder of GLUE's tasks. Default: the one of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "glue") };
        Option<string> task = new("--task") { Description = "RTE or SST-2.", DefaultValueFactory = _ => "SST-2" };
        var command = new Command("onnx", "Accuracy of a fine-tuned classifier in the engine and, exported in fp32, fp16 and int8, in ONNX Runtime.") { model, glue, task };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(glue) is not { } folder)
            {
                Console.Error.WriteLine("Name --glue, or set ACADEMICBERT_DATA to the folder of the public test data.");
                return 2;
            }

            using PretrainedBert bert = PretrainedBert.Load(arguments.GetValue(model)!);
            Measure(bert, GlueRows.Read(folder, arguments.GetValue(task)!, "dev", int.MaxValue));
            return 0;
        });
        return command;
    }

    private static void Measure(PretrainedBert bert, GlueRow[] rows)
    {
        EncodedInput[] inputs = [.. rows.Select(row => EncodedInput.Of(bert.Tokenizer, row.First.AsMemory(), row.Second?.AsMemory(), bert.Config.MaxPositions))];
        float[][] engine = BatchedInference.Run(inputs, bert.Model, bert.Tokenizer.Vocabulary.PadId, input => bert.Model.Outputs(input));
        var report = new Report();
        Console.WriteLine($"{rows.Length} rows");
        report.Add("the engine, fp32: accuracy", "accuracy", 100 * Accuracy(engine), "F2", "%");
        string folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
        try
        {
            foreach (OnnxPrecision precision in Enum.GetValues<OnnxPrecision>())
            {
                string exported = Path.Combine(folder, precision.ToString()), network = Path.Combine(exported, OnnxFolder.ModelFile);
                OnnxFolder.Save(bert, exported, new OnnxOptions { Precision = precision });
                using var session = new OnnxSession(network, get_num_threads());
                float[][] logits = [.. inputs.Chunk(Together).SelectMany(batch => session.Logits(batch).Chunk(2))];
                string key = "onnx" + precision;
                report.Add($"ONNX Runtime, {precision}: accuracy", key + "Accuracy", 100 * Accuracy(logits), "F2", "%", $"{new FileInfo(network).Length / 1e6:F1} MB");
                report.Add("  rows with the engine's answer", key + "Agreeing", engine.Zip(logits, (a, b) => Class(a) == Class(b)).Count(same => same), "F0", $"of {rows.Length}");
                report.Add("  largest difference of a logit", key + "Difference", engine.Zip(logits, (a, b) => Math.Max(Math.Abs(a[0] - b[0]), Math.Abs(a[1] - b[1]))).Max(), "G2", "");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        report.Print();

        double Accuracy(float[][] scores) => rows.Zip(scores, (row, score) => Class(score) == row.Target ? 1.0 : 0).Average();
    }

    private static int Class(float[] logits) => logits[1] > logits[0] ? 1 : 0;
}
