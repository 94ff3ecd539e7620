using System.CommandLine;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Load;

/// <summary><c>load</c>: a model from a folder, beside a plain copy of its weights' file into memory.</summary>
internal static class LoadCommand
{
    public static Command Make()
    {
        Option<int> layers = Number("--layers", 12), hidden = Number("--hidden", 768), words = Number("--words", 30522), rounds = Number("--rounds", 7);
        Option<WeightType> type = new("--type") { Description = "How the weights are stored.", DefaultValueFactory = _ => WeightType.Float32 };
        var command = new Command("load", "Loads a model folder: configuration, vocabulary and weights, ready to score.") { layers, hidden, words, type, rounds };
        command.SetAction(arguments => Run(arguments.GetValue(layers), arguments.GetValue(hidden), arguments.GetValue(words), arguments.GetValue(type), arguments.GetValue(rounds)));
        return command;

        static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
    }

    private static void Run(int layers, int hidden, int words, WeightType type, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName, model = Path.Combine(folder, "model");
        try
        {
            var config = new BertConfig { Layers = layers, HiddenSize = hidden, Heads = hidden / 64, IntermediateSize = 4 * hidden, MaxPositions = 512, NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true };
            var vocabulary = Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(5, words - 5).Select(word => $"word{word}")]);
            using (PretrainedBert bert = PretrainedBert.CreateUntrained(config, BertWordPieceTokenizer.Create(vocabulary)))
                bert.Save(model, type);
            string weights = Path.Combine(model, ModelFolder.WeightsFile);
            double[] medians = Interleaved.Medians(rounds, () => PretrainedBert.Load(model).Dispose(), () => TokenizerFolder.Load(model), () => GC.KeepAlive(File.ReadAllBytes(weights)));
            var report = new Report();
            Console.WriteLine($"L{layers} H{hidden}, {words} words, {new FileInfo(weights).Length / 1e6:F0} MB of {type}");
            report.Add("load the folder", "loadSeconds", medians[0], "F3", "s", "goal 1 s for BERT-base");
            report.Add("of that the tokenizer", "tokenizerSeconds", medians[1], "F3", "s");
            report.Add("copy the weights' file", "copySeconds", medians[2], "F3", "s");
            report.Add("loading over copying", "ratio", medians[0] / medians[2], "F2", "times");
            report.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
