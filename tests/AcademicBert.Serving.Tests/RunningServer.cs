using System.Net.Http.Json;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Serving;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.ML;

namespace AcademicBert.Serving.Tests;

/// <summary>The sample, serving a small classifier on a free port of this machine, and what the classifier says when it is asked directly.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly string[] s_colours = ["red", "green", "blue"], s_things = ["apple", "leaf", "sky", "rose", "grass", "sea", "brick"];

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly WebApplication _server;

    private RunningServer(Func<string, WebApplication> build)
    {
        Texts = [.. s_things.SelectMany(first => s_things.Select(second => $"the {first} and the {second}")), .. s_things.Select(thing => $"{thing} {thing} {thing} the and the {thing}")];
        string path = Fit();
        using (var classifier = new Classifier(path))
            Expected = [.. Texts.Select(text => classifier.Predict([text])[0])];
        _server = build(path);
    }

    /// <summary>Sentences to ask about.</summary>
    public string[] Texts { get; }

    /// <summary>The right answers.</summary>
    public Verdict[] Expected { get; }

    public Uri Address => new(_server.Urls.First());

    public static async Task<RunningServer> StartAsync()
    {
        var running = new RunningServer(path => Server.Build(path, ["--urls", "http://127.0.0.1:0"]));
        await running._server.StartAsync();
        return running;
    }

    /// <summary>Asks about a sentence, by its number, and says whether the answer is right.</summary>
    public async Task<bool> AskAsync(HttpClient client, int text)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(new Uri(Address, "predict"), new Question(Texts[text]));
        response.EnsureSuccessStatusCode();
        Verdict verdict = (await response.Content.ReadFromJsonAsync<Verdict>())!;
        return verdict.Label == Expected[text].Label && Expected[text].Probabilities.All(pair => Math.Abs(verdict.Probabilities[pair.Key] - pair.Value) < 1e-4);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Fit()
    {
        string model = Path.Combine(_folder, "model"), path = Path.Combine(_folder, "classifier.zip");
        var tokenizer = BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "and", .. s_things]));
        using (PretrainedBert bert = PretrainedBert.CreateUntrained(new BertConfig { HiddenSize = 64, Layers = 2, Heads = 2, IntermediateSize = 128, MaxPositions = 64, InitializerRange = 0.1 }, tokenizer))
            bert.Save(model);
        var context = new MLContext(1);
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Labelled { Sentence1 = Texts[i % Texts.Length], Label = s_colours[i % 3] }));
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions { ModelFolder = model, Finetuning = new FinetuningOptions { Epochs = 2, LearningRate = 1e-3 } }));
        ITransformer fitted = pipeline.Fit(rows);
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
