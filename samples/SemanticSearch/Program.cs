using System.Globalization;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args.Length < 2 || !File.Exists(args[1]))
{
    Console.Error.WriteLine("Name a model folder and a text file, a passage a line; queries are the further arguments, or lines of standard input.");
    return 2;
}

var context = new MLContext();
string[] passages = [.. File.ReadLines(args[1]).Where(line => !string.IsNullOrWhiteSpace(line))];
IDataView rows = context.Data.LoadFromEnumerable(passages.Select(text => new Passage { Text = text }));
using BertEmbeddingTransformer embedding = context.Transforms.Text.BertEmbed(args[0], normalize: true).Fit(rows);

var index = new EmbeddingIndex(embedding.Bert.Config.HiddenSize);
foreach (float[] vector in embedding.Transform(rows).GetColumn<float[]>("Embedding"))
    index.Add(vector);

using PredictionEngine<Passage, Embedded> engine = context.Model.CreatePredictionEngine<Passage, Embedded>(embedding, new PredictionEngineOptions { OwnsTransformer = false });
foreach (string query in args.Length > 2 ? args[2..] : Queries())
{
    Console.WriteLine($"? {query}");
    foreach (Neighbour found in index.Search(engine.Predict(new Passage { Text = query }).Embedding, count: 3))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {found.Similarity:F3}  {passages[found.Id]}"));
}

return 0;

static IEnumerable<string> Queries()
{
    while (Console.ReadLine() is { Length: > 0 } line)
        yield return line;
}

internal sealed class Passage
{
    public string Text { get; set; } = "";
}

internal sealed class Embedded
{
    public float[] Embedding { get; set; } = [];
}
