using System.CommandLine;
using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native.Cpu;
using AcademicBert.Training;
using Microsoft.ML;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Score;

/// <summary><c>score</c>: from text to probabilities, batched and row by row, on the dev rows of RTE and SST-2.</summary>
internal static class ScoreCommand
{
    public static Command Make() => ClassifierSettings.MakeCommand(
        "score", "Rows scored a second, from text to probabilities: Transform, PredictionEngine, ONNX Runtime on our export, and a plain TorchSharp loop over single rows, interleaved.", rows: 256, Run);

    private static void Run(ClassifierSettings settings)
    {
        set_num_threads(settings.Threads);
        BertConfig config = settings.Config;
        Console.WriteLine($"L{config.Layers} H{config.HiddenSize} A{config.Heads} F{config.IntermediateSize}, vocabulary {config.VocabularySize}, {settings.Rows} rows, {settings.Threads} threads; {KernelSelection.Description}");
        string folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
        try
        {
            string model = Path.Combine(folder, "model");
            using (PretrainedBert bert = PretrainedBert.CreateUntrained(config, settings.Tokenizer))
                bert.Save(model);
            var report = new Report();
            foreach (string task in (string[])["RTE", "SST-2"])
                Measure(settings, task, model, report);
            report.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Everything that is compared; the ratios are over the last.</summary>
    private static List<IScorer> Contenders(ClassifierSettings settings, string modelFolder, GlueRow[] rows)
    {
        var context = new MLContext(1);
        TransformerScorer ours = TransformerScorer.Ours(context, modelFolder, settings, rows, ComputePrecision.Float32);
        List<IScorer> all = [ours, ours.Engine()];
        if (CpuKernels.HasFastBFloat16)
            all.Add(TransformerScorer.Ours(context, modelFolder, settings, rows, ComputePrecision.Auto));
        all.Add(new OnnxScorer(settings, OnnxPrecision.Float32));
        all.Add(new OnnxScorer(settings, OnnxPrecision.Int8));
        MicrosoftScorer.AddTo(all, context, rows);
        all.Add(new PlainScorer(settings));
        return all;
    }

    private static void Measure(ClassifierSettings settings, string task, string modelFolder, Report report)
    {
        GlueRow[] rows = GlueRows.Read(settings.Glue, task, "dev", settings.Rows);
        List<IScorer> contenders = Contenders(settings, modelFolder, rows);
        try
        {
            double[] seconds = Interleaved.Medians(settings.Rounds, [.. contenders.Select(contender => (Action)(() => contender.Score(rows)))]);
            string prefix = task == "RTE" ? "rte" : "sst2";
            report.Add($"{task}: mean length", prefix + "Length", rows.Average(row => settings.Encode(row).Length), "F1", "tokens");
            foreach ((IScorer contender, double time) in contenders.Zip(seconds))
            {
                string key = contender.Key.Length == 0 ? prefix : prefix + char.ToUpperInvariant(contender.Key[0]) + contender.Key[1..];
                report.Add($"{task}: {contender.Name}", key + "RowsPerSecond", rows.Length / time, "F0", "rows/s", $"{time / rows.Length * 1e3:F2} ms a row");
                if (contender != contenders[^1])
                    report.Add("  over the plain loop", key + "Ratio", seconds[^1] / time, "F2", "×");
            }

            int onnx = contenders.FindIndex(contender => contender is OnnxScorer { Precision: OnnxPrecision.Float32 });
            report.Add($"{task}: ours, fp32, over ONNX Runtime, fp32", prefix + "OverOnnxRatio", seconds[onnx] / seconds[0], "F2", "×", "goal 1");
        }
        finally
        {
            foreach (IScorer contender in contenders)
                contender.Dispose();
        }
    }
}
