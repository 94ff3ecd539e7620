// A model of your own field: reads a folder of text files, trains a vocabulary of its words, pretrains on it, and finds what is nearest to a question:
//   dotnet run -c Release --project samples/DomainCorpus -- [FOLDER [BUDGET ["a question" [MODEL]]]]
// A MODEL, such as a published one, goes on from what it knows, with its own vocabulary and smaller steps, instead of beginning anew.
// Without arguments the field is cryptography and networks, a file for each type of the SDK's documentation, and training takes 20 seconds: the
// vocabulary is already the field's; the nearest passages share words with the question rather than its meaning until training has had an hour.
using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Quickstart;
using AcademicBert.Samples;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

const string Run = "runs/samples/domain";
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var source = new TextFileSource(args.ElementAtOrDefault(0) ?? FieldOfTheSdk(Path.Combine(Run, "text")));
TrainingBudget budget = TrainingBudget.Parse(args.ElementAtOrDefault(1) ?? "20s");
string question = args.ElementAtOrDefault(2) ?? "Verifies the digital signature of a certificate.";
string? model = args.ElementAtOrDefault(3);

// 1. Words of the field are single pieces of its own vocabulary, so that more text fits into a sample.
PretrainingRecipe recipe = NamedRecipes.Read("nano-quickstart");
Vocabulary vocabulary = VocabularyTrainer.Train(source.Read().Select(document => document.Text), recipe.Vocabulary, out VocabularyCoverage coverage);
Console.WriteLine($"{source.Files.Count} files with {coverage.Words} words, {coverage.UniqueWords} different ones; {coverage.WholeWordShare:P1} are whole words of the vocabulary, such as "
    + string.Join(", ", vocabulary.Words.OrderByDescending(word => word.Length).Take(5)));

// 2. Pretraining. What an earlier start left is replaced; without this a run of the same options would go on where it stopped.
if (Directory.Exists(Path.Combine(Run, "run")))
    Directory.Delete(Path.Combine(Run, "run"), recursive: true);
var context = new MLContext(seed: 1);
string[] passages = [.. source.Read().SelectMany(document => document.Text.Split('\n')).Where(line => line.Length > 20).Distinct()];
IDataView rows = context.Data.LoadFromEnumerable(passages.Select(text => new Passage { Text = text }));
Console.WriteLine($"Pretraining for {budget}, and the held-out loss besides ...");
using BertEmbeddingTransformer bert = context.Transforms.Text.BertPretrain(new BertPretrainingOptions
{
    Source = source,
    Tokenizer = model is null ? BertWordPieceTokenizer.Create(vocabulary) : BertWordPieceTokenizer.Load(model),
    Pretraining = (model is null ? recipe.Pretraining : recipe.Pretraining with { Model = new(), From = model, Schedule = new() { Peak = 5e-5 } }) with { Budget = budget },
    Corpus = recipe.Corpus,
    RunFolder = Path.Combine(Run, "run"),
    MetricsCallback = new ProgressLine().Show,
}).Fit(rows);
Console.WriteLine($"The model is in {Path.Combine(Run, "run", "model")}: fine-tune it (samples/Sentiment), search with it (samples/SemanticSearch), fill blanks (samples/FillMask).");

// 3. Embeddings: what lies near the question?
var index = new EmbeddingIndex(bert.Bert.Config.HiddenSize);
foreach (float[] vector in bert.Transform(rows).GetColumn<float[]>("Embedding"))
    index.Add(vector);
float[] asked = bert.Transform(context.Data.LoadFromEnumerable([new Passage { Text = question }])).GetColumn<float[]>("Embedding").Single();
Console.WriteLine($"? {question}");
foreach (Neighbour found in index.Search(asked, count: 3))
    Console.WriteLine($"  {found.Similarity:F3}  {passages[found.Id]}");

static string FieldOfTheSdk(string folder)
{
    Directory.CreateDirectory(folder);
    foreach (var type in SdkDocumentation.Read().Where(member => member.Family is "System.Security" or "System.Net").GroupBy(member => member.Type))
        File.WriteAllLines(Path.Combine(folder, type.Key.Replace('`', '-') + ".txt"), type.SelectMany(member => member.Passages).Distinct());
    return folder;
}

internal sealed class Passage
{
    public string Text { get; set; } = "";
}
