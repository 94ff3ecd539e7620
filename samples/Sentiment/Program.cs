// Good or bad? Fine-tunes a classifier on files in SST-2's layout (train.tsv and dev.tsv: sentence, tab, 0 or 1), reports the accuracy on dev, and
// labels sentences of your own:
//   dotnet run -c Release --project samples/Sentiment -- [MODEL [FOLDER ["a sentence" ...]]]
// Without arguments the sentences are of the SDK's documentation: 0 says what goes wrong, 1 what one gets. Single words give most of them away, so this
// shows the way of the data, not what pretraining is worth; GLUE's SST-2 and a model that has read for hours show that.
using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Samples;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
SampleModel start = SampleModel.Of(context, args.ElementAtOrDefault(0));
string folder = args.ElementAtOrDefault(1) ?? SampleFiles.Sst2();
string[] sentences = args.Length > 2 ? args[2..] : ["The stream does not support writing.", "A new array with the elements in reverse order."];

IDataView train = Load("train.tsv"), dev = Load("dev.tsv");
using BertBinaryClassificationTransformer model = context.BinaryClassification.Trainers.BertBinaryClassification(new BertBinaryClassificationOptions
{
    LabelColumnName = nameof(Review.Label),
    Sentence1ColumnName = nameof(Review.Sentence),
    ModelFolder = start.Folder,
    Finetuning = new FinetuningOptions { LearningRate = start.LearningRate, Epochs = 3 },
}).Fit(train);

CalibratedBinaryClassificationMetrics metrics = context.BinaryClassification.Evaluate(model.Transform(dev));
double positive = context.Data.CreateEnumerable<Review>(dev, reuseRowObject: true).Average(row => row.Label ? 1.0 : 0);
if (args.Length < 2)
    Console.WriteLine("Good says what one gets, bad what goes wrong, in the documentation of the .NET SDK.");
Console.WriteLine($"Accuracy on {Path.Combine(folder, "dev.tsv")}: {metrics.Accuracy:P1} (always the more frequent label: {Math.Max(positive, 1 - positive):P1})");

using PredictionEngine<Review, Verdict> engine = context.Model.CreatePredictionEngine<Review, Verdict>(model, new PredictionEngineOptions { OwnsTransformer = false });
foreach (string sentence in sentences)
{
    Verdict verdict = engine.Predict(new Review { Sentence = sentence });
    Console.WriteLine($"  {(verdict.PredictedLabel ? "good" : "bad"),-4} (good: {verdict.Probability:P0})  {sentence}");
}

IDataView Load(string file) => context.Data.LoadFromTextFile<Review>(Path.Combine(folder, file), hasHeader: true);

internal sealed class Review
{
    [LoadColumn(0)]
    public string Sentence { get; set; } = "";

    [LoadColumn(1)]
    public bool Label { get; set; }
}

internal sealed class Verdict
{
    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }
}
