using System.CommandLine;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;

namespace AcademicBert.Benchmarks.Baseline;

/// <summary>Which classifier is measured, and on what.</summary>
internal sealed record ClassifierSettings
{
    public required string Glue { get; init; }

    public required BertWordPieceTokenizer Tokenizer { get; init; }

    public required BertConfig Config { get; init; }

    public required int Rows { get; init; }

    public required int Threads { get; init; }

    public required int Rounds { get; init; }

    public required ComputePrecision Precision { get; init; }

    /// <summary>Tokens of the longest input, and what the plain loops pad to.</summary>
    public int Length => Config.MaxPositions;

    /// <summary>Tokenizes a row.</summary>
    public EncodedInput Encode(GlueRow row) => EncodedInput.Of(Tokenizer, row.First.AsMemory(), row.Second?.AsMemory(), Length);

    /// <summary>Makes a command with the options of these settings.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="rows">Default number of rows.</param>
    /// <param name="run">Runs it.</param>
    public static Command MakeCommand(string name, string description, int rows, Action<ClassifierSettings> run)
    {
        string? data = Environment.GetEnvironmentVariable("ACADEMICBERT_DATA");
        Option<string?> glue = new("--glue") { Description = "Folder of GLUE's tasks. Default: the one of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "glue") };
        Option<string?> vocabulary = new("--vocab") { Description = "vocab.txt to tokenize with. Default: bert-base-uncased of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "vocab", "bert-base-uncased.txt") };
        Option<int> layers = Number("--layers", 4), hidden = Number("--hidden", 256), heads = Number("--heads", 4), feedForward = Number("--ffn", 1024), length = Number("--seq", 128);
        Option<int> count = Number("--rows", rows), threads = Number("--threads", Math.Min(2, Environment.ProcessorCount)), rounds = Number("--rounds", 3);
        Option<ComputePrecision> precision = new("--precision") { Description = "Type of matrix products in training.", DefaultValueFactory = _ => ComputePrecision.Auto };
        var command = new Command(name, description) { glue, vocabulary, layers, hidden, heads, feedForward, length, count, threads, rounds, precision };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(glue) is not { } folder || arguments.GetValue(vocabulary) is not { } words)
            {
                Console.Error.WriteLine("Name --glue and --vocab, or set ACADEMICBERT_DATA to the folder of the public test data.");
                return 2;
            }

            var tokenizer = BertWordPieceTokenizer.Create(Vocabulary.Load(words));
            run(new ClassifierSettings
            {
                Glue = folder,
                Tokenizer = tokenizer,
                Config = new BertConfig
                {
                    VocabularySize = tokenizer.Vocabulary.Count, HiddenSize = arguments.GetValue(hidden), Layers = arguments.GetValue(layers), Heads = arguments.GetValue(heads),
                    IntermediateSize = arguments.GetValue(feedForward), MaxPositions = arguments.GetValue(length), HiddenDropout = 0.1, AttentionDropout = 0.1,
                    NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true,
                },
                Rows = arguments.GetValue(count),
                Threads = arguments.GetValue(threads),
                Rounds = arguments.GetValue(rounds),
                Precision = arguments.GetValue(precision),
            });
            return 0;
        });
        return command;

        static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
    }
}
