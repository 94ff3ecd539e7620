using System.CommandLine;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Soak;

/// <summary><c>soak</c>: long runs, watched for growth; each in a process of its own, so that what grows is that run's.</summary>
internal static class SoakCommand
{
    private static readonly string? s_data = Environment.GetEnvironmentVariable("ACADEMICBERT_DATA");

    public static Command Make()
    {
        Option<string?> text = Data("--text", "Text files, a folder or a pattern.", "text", "enwiki-wikiextractor"), glue = Data("--glue", "Folder of GLUE's tasks.", "glue");
        Option<string> time = new("--time") { Description = "Training time, such as 10m or 2h.", DefaultValueFactory = _ => "2h" };
        Option<double> seconds = new("--seconds") { Description = "Seconds between two samples.", DefaultValueFactory = _ => 10 };
        Option<int> cycles = Number("--count", "Cycles.", 100), predictions = Number("--count", "Predictions of all threads together.", 1_000_000), threads = Number("--threads", "Threads that predict.", 8);
        return new Command("soak", "Long runs that end with an error if memory, handles, threads or tensors grow, or an answer changes.")
        {
            Part("train", "Pretraining with checkpoints and validations.", "steps", text, [time], seconds, (settings, arguments, watch) => TrainSoak.Run(settings, TrainingBudget.Parse(arguments.GetValue(time)!), watch)),
            Part("cycles", "An ML.NET pipeline fitted, scored, saved, loaded and disposed, again and again.", "cycles", glue, [cycles], null, (settings, arguments, watch) => CycleSoak.Run(settings, arguments.GetValue(cycles), watch)),
            Part("predictions", "Prediction engines on many threads over one loaded model.", "predictions", glue, [predictions, threads], seconds, (settings, arguments, watch) => PredictionSoak.Run(settings, arguments.GetValue(predictions), arguments.GetValue(threads), watch)),
        };
    }

    /// <param name="name">Of the command, and of its file of samples.</param>
    /// <param name="description">What goes on.</param>
    /// <param name="unit">What work is counted in.</param>
    /// <param name="data">What is learnt.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="seconds">Seconds between two samples; null: it says itself when to take one.</param>
    /// <param name="run">Works, counts what it has done, and gives the number of wrong answers.</param>
    private static Command Part(string name, string description, string unit, Option<string?> data, Option[] options, Option<double>? seconds, Func<SoakSettings, ParseResult, ProcessWatch, long> run)
    {
        Option<string?> vocabulary = Data("--vocab", "vocab.txt to tokenize with.", "vocab", "bert-base-uncased.txt");
        Option<string> output = new("--out") { Description = $"Folder that receives the samples, as {name}.jsonl.", DefaultValueFactory = _ => "." };
        var command = new Command(name, description) { data, vocabulary, output };
        foreach (Option option in seconds is null ? options : [.. options, seconds])
            command.Options.Add(option);
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(data) is not { } source || arguments.GetValue(vocabulary) is not { } words)
            {
                Console.Error.WriteLine($"Name {data.Name} and --vocab, or set ACADEMICBERT_DATA to the folder of the public test data.");
                return 2;
            }

            string folder = arguments.GetValue(output)!;
            Directory.CreateDirectory(folder);
            using var watch = new ProcessWatch(Path.Combine(folder, name + ".jsonl"), seconds is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(arguments.GetValue(seconds)));
            return Judge(run(new SoakSettings(source, words), arguments, watch), unit, watch);
        });
        return command;
    }

    private static int Judge(long wrong, string unit, ProcessWatch watch)
    {
        IReadOnlyList<ProcessSample> samples = watch.End();
        var report = new Report();
        report.Add(unit, "done", watch.Done, "N0", "", $"{samples.Count} samples");
        report.Add("time", "seconds", samples[^1].Seconds, "F0", "s", $"of which stopped by others {watch.Stopped.TotalSeconds:F0} s");
        report.Add("processor time", "processorSeconds", samples[^1].ProcessorSeconds, "F0", "s");
        report.Add("answers that differ", "wrong", wrong, "N0", "");
        List<string> faults = [.. Flatness.Judge(samples, unit.TrimEnd('s'), report)];
        report.Print();
        if (wrong > 0)
            faults.Add($"{wrong} answers differ from the first");
        foreach (string fault in faults)
            Console.Error.WriteLine(fault);
        return faults.Count == 0 ? 0 : 1;
    }

    private static Option<double> Seconds() => new("--seconds") { Description = "Seconds between two samples.", DefaultValueFactory = _ => 10 };

    private static Option<int> Number(string name, string description, int fallback) => new(name) { Description = description, DefaultValueFactory = _ => fallback };

    private static Option<string?> Data(string name, string description, params string[] path) =>
        new(name) { Description = $"{description} Default: the one of ACADEMICBERT_DATA.", DefaultValueFactory = _ => s_data is null ? null : Path.Combine([s_data, .. path]) };
}
