using System.CommandLine;
using AcademicBert.Benchmarks.Baseline;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Finetune;

/// <summary><c>finetune</c>: an epoch of fine-tuning against plain TorchSharp loops, on RTE and SST-2.</summary>
internal static class FinetuneCommand
{
    private const int Batch = 32;

    public static Command Make() => ClassifierSettings.MakeCommand(
        "finetune", "An epoch over rows of RTE and SST-2: ours, a TorchSharp loop that pads to --seq, and one that pads to the longest of a batch, interleaved.", rows: 320, Run);

    private static void Run(ClassifierSettings settings)
    {
        set_num_threads(settings.Threads);
        BertConfig config = settings.Config;
        bool bf16 = KernelSelection.Resolve(settings.Precision, KernelSelection.Cpu) == Native.ElementType.BFloat16;
        Console.WriteLine($"L{config.Layers} H{config.HiddenSize} A{config.Heads} F{config.IntermediateSize}, vocabulary {config.VocabularySize}, {settings.Rows} rows in batches of {Batch}, {settings.Threads} threads; {KernelSelection.Description}, {(bf16 ? "bf16" : "fp32")}");
        var report = new Report();
        foreach (string task in (string[])["RTE", "SST-2"])
            Measure(settings, task, report);
        using var journal = new JournalCost();
        (double flushed, double kept) = journal.Measure(settings.Rounds);
        report.Add("a step's line in the journal", "journalMicroseconds", flushed * 1e6, "F1", "µs");
        report.Add("the same without flushing it", "journalUnflushedMicroseconds", kept * 1e6, "F1", "µs");
        report.Print();
    }

    private static void Measure(ClassifierSettings settings, string task, Report report)
    {
        LabelledExample[] rows = [.. GlueRows.Read(settings.Glue, task, "train", settings.Rows).Select(row => new LabelledExample(settings.Encode(row), row.Target))];
        using var ours = new OurEpoch(settings);
        using var plain = new TorchSharpClassifier(settings.Config);
        double[] seconds = Interleaved.Medians(settings.Rounds, () => ours.Run(rows, Batch), () => Plain(settings.Length), () => Plain(0));
        string key = task == "RTE" ? "rte" : "sst2";
        report.Add($"{task}: mean length", key + "Length", rows.Average(row => row.Input.Length), "F1", "tokens");
        report.Add($"{task}: ours", key + "RowsPerSecond", rows.Length / seconds[0], "F0", "rows/s");
        report.Add($"{task}: TorchSharp, padded to {settings.Length}", key + "PlainRowsPerSecond", rows.Length / seconds[1], "F0", "rows/s");
        report.Add($"{task}: TorchSharp, padded to the batch's longest", key + "DynamicRowsPerSecond", rows.Length / seconds[2], "F0", "rows/s");
        report.Add($"{task}: ours over padded to {settings.Length}", key + "Ratio", seconds[1] / seconds[0], "F2", "×");
        report.Add($"{task}: ours over padded to the longest", key + "RatioOverDynamic", seconds[2] / seconds[0], "F2", "×");

        void Plain(int length)
        {
            foreach (LabelledExample[] batch in rows.Chunk(Batch))
                plain.Step([.. batch.Select(row => row.Input)], [.. batch.Select(row => row.Target)], length);
        }
    }
}
