using System.CommandLine;

namespace AcademicBert.Benchmarks.Train;

/// <summary><c>train</c>: a whole run beside its bare steps.</summary>
internal static class TrainCommand
{
    public static Command Make()
    {
        string? data = Environment.GetEnvironmentVariable("ACADEMICBERT_DATA");
        Option<string?> text = new("--text") { Description = "Text files, a folder or a pattern. Default: the Wikipedia part of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "text", "enwiki-wikiextractor") };
        Option<string?> vocabulary = new("--vocab") { Description = "vocab.txt to tokenize with. Default: bert-base-uncased of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "vocab", "bert-base-uncased.txt") };
        Option<int> layers = Number("--layers", 4), hidden = Number("--hidden", 256), heads = Number("--heads", 4), feedForward = Number("--ffn", 1024), batch = Number("--batch", 32), length = Number("--seq", 128);
        Option<int> steps = Number("--steps", 30), rounds = Number("--rounds", 3);
        Option<double> checkpoints = new("--checkpointSeconds") { Description = "Training time between two checkpoints, whose cost is measured instead. 0: none.", DefaultValueFactory = _ => 0 };
        var command = new Command("train", "A whole run, with loading, journal, TensorBoard and progress, against its bare steps.") { text, vocabulary, layers, hidden, heads, feedForward, batch, length, steps, rounds, checkpoints };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(text) is not { } path || arguments.GetValue(vocabulary) is not { } words)
            {
                Console.Error.WriteLine("Name --text and --vocab, or set ACADEMICBERT_DATA to the folder of the public test data.");
                return 2;
            }

            using var benchmark = new TrainBenchmark(new TrainSettings
            {
                Text = path,
                Vocabulary = words,
                Layers = arguments.GetValue(layers),
                Hidden = arguments.GetValue(hidden),
                Heads = arguments.GetValue(heads),
                FeedForward = arguments.GetValue(feedForward),
                Batch = arguments.GetValue(batch),
                Length = arguments.GetValue(length),
                Steps = arguments.GetValue(steps),
                Rounds = arguments.GetValue(rounds),
            });
            double every = arguments.GetValue(checkpoints);
            if (every > 0)
                benchmark.Checkpoints(every);
            else
                benchmark.Loop();
            return 0;
        });
        return command;

        static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
    }
}
