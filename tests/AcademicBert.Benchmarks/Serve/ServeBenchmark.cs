using System.Diagnostics;
using System.Net.Http.Json;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Serving;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.ML;

namespace AcademicBert.Benchmarks.Serve;

/// <summary>Asks the serving sample from this process, over loopback, and checks every answer.</summary>
internal sealed class ServeBenchmark
{
    private const int Words = 2000, Texts = 200;

    private readonly string[] _texts;
    private readonly Verdict[] _expected;
    private readonly HttpClient _client = new();
    private readonly Uri _predict;
    private long _errors;

    private ServeBenchmark(string[] texts, Verdict[] expected, Uri predict) => (_texts, _expected, _predict) = (texts, expected, predict);

    public static async Task RunAsync(int layers, int hidden, int clients, int seconds, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
        try
        {
            var random = new Random(1);
            string[] texts = [.. Enumerable.Range(0, Texts).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(5, 40)).Select(_ => $"w{random.Next(5, Words)}")))];
            string path = Fit(folder, texts, layers, hidden);
            Verdict[] expected;
            using (var classifier = new Classifier(path))
                expected = [.. texts.Select(text => classifier.Predict([text])[0])];
            await using WebApplication server = Server.Build(path, ["--urls", "http://127.0.0.1:0"]);
            await server.StartAsync();
            var benchmark = new ServeBenchmark(texts, expected, new Uri(new Uri(server.Urls.First()), "predict"));
            await benchmark.Measure(clients, TimeSpan.FromSeconds(seconds), rounds, $"L{layers} H{hidden}");
            await server.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Measure(int clients, TimeSpan time, int rounds, string shape)
    {
        var one = new List<double>();
        var many = new List<double>();
        long memory = 0;
        for (int round = -1; round < rounds; round++)
        {
            double alone = await QuestionsPerSecond(1, time), together = await QuestionsPerSecond(clients, time);
            if (round < 0)
            {
                memory = Environment.WorkingSet;
                continue;
            }

            one.Add(alone);
            many.Add(together);
        }

        double single = Interleaved.Median([.. one]), crowd = Interleaved.Median([.. many]);
        var report = new Report();
        Console.WriteLine($"{shape}, texts of 5 to 40 words, {time.TotalSeconds:F0} s a measurement; {KernelSelection.Description}");
        report.Add("one client", "oneClientPerSecond", single, "F0", "questions/s");
        report.Add($"{clients} clients", "manyClientsPerSecond", crowd, "F0", "questions/s");
        report.Add("many over one", "ratio", crowd / single, "F2", "times", "goal 3");
        report.Add("errors and wrong answers", "errors", _errors, "F0", "", "goal 0");
        report.Add("memory grown over all rounds", "grownMegabytes", (Environment.WorkingSet - memory) / 1e6, "F1", "MB");
        report.Print();
    }

    private async Task<double> QuestionsPerSecond(int clients, TimeSpan time)
    {
        long asked = 0, start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            for (int text = client; Stopwatch.GetElapsedTime(start) < time; text++)
            {
                await Ask(text % Texts);
                Interlocked.Increment(ref asked);
            }
        }));
        return asked / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private async Task Ask(int text)
    {
        try
        {
            using HttpResponseMessage response = await _client.PostAsJsonAsync(_predict, new Question(_texts[text]));
            Verdict? verdict = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Verdict>() : null;
            if (verdict is null || verdict.Label != _expected[text].Label || _expected[text].Probabilities.Any(pair => Math.Abs(verdict.Probabilities[pair.Key] - pair.Value) > 1e-4))
                Interlocked.Increment(ref _errors);
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _errors);
        }
    }

    private static string Fit(string folder, string[] texts, int layers, int hidden)
    {
        string model = Path.Combine(folder, "model"), path = Path.Combine(folder, "classifier.zip");
        var tokenizer = BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(5, Words - 5).Select(word => $"w{word}")]));
        using (PretrainedBert bert = PretrainedBert.CreateUntrained(new BertConfig { HiddenSize = hidden, Layers = layers, Heads = hidden / 64, IntermediateSize = 4 * hidden, InitializerRange = 0.05 }, tokenizer))
            bert.Save(model);
        var context = new MLContext(1);
        IDataView rows = context.Data.LoadFromEnumerable(texts.Take(32).Select((text, i) => new Labelled { Sentence1 = text, Label = $"class {i % 4}" }));
        ITransformer fitted = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions { ModelFolder = model, Finetuning = new FinetuningOptions { Epochs = 1 } })).Fit(rows);
        context.Model.Save(fitted, rows.Schema, path);
        (fitted as IDisposable)?.Dispose();
        return path;
    }

    private sealed class Labelled
    {
        public string Sentence1 { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
