// Does one sentence follow from another? Fine-tunes a classifier of pairs on files in RTE's layout (train.tsv and dev.tsv: index, sentence1, sentence2,
// label, with tabs between), reports the accuracy on dev, and compares two sentences of your own:
//   dotnet run -c Release --project samples/SentencePairs -- [MODEL [FOLDER ["first sentence" "second sentence"]]]
// Without arguments the pairs are of the SDK's documentation: what a member does, and what it, or one of another namespace, gives back. To tell what
// belongs together is hard for a network of one layer: expect some points more than a coin, and more from a larger model of a longer run.
using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Samples;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext(seed: 1);
SampleModel start = SampleModel.Of(context, args.ElementAtOrDefault(0));
string folder = args.ElementAtOrDefault(1) ?? SampleFiles.Rte();
(string first, string second) = args is [_, _, var one, var other] ? (one, other) : ("Computes the hash of a stream.", "The hash value of the data.");

IDataView train = Load("train.tsv"), dev = Load("dev.tsv");
var trainer = context.MulticlassClassification.Trainers.BertClassification(new BertClassificationOptions
{
    LabelColumnName = "Key",
    Sentence1ColumnName = nameof(Pair.Sentence1),
    Sentence2ColumnName = nameof(Pair.Sentence2),
    ModelFolder = start.Folder,
    Finetuning = new FinetuningOptions { LearningRate = start.LearningRate, Epochs = 8 },
});
ITransformer model = context.Transforms.Conversion.MapValueToKey("Key", nameof(Pair.Label)).Append(trainer)
    .Append(context.Transforms.Conversion.MapKeyToValue(nameof(Verdict.Answer), "PredictedLabel")).Fit(train);

MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(model.Transform(dev), labelColumnName: "Key");
string[] labels = [.. context.Data.CreateEnumerable<Pair>(dev, reuseRowObject: true).Select(pair => pair.Label)];
double majority = (double)labels.CountBy(label => label).Max(count => count.Value) / labels.Length;
Console.WriteLine($"Accuracy on {Path.Combine(folder, "dev.tsv")}: {metrics.MicroAccuracy:P1} (always the more frequent label: {majority:P1})");

using PredictionEngine<Pair, Verdict> engine = context.Model.CreatePredictionEngine<Pair, Verdict>(model);
Verdict verdict = engine.Predict(new Pair { Sentence1 = first, Sentence2 = second });
Console.WriteLine($"  {verdict.Answer} {verdict.Score.Max():P0}   {first} / {second}");

IDataView Load(string file) => context.Data.LoadFromTextFile<Pair>(Path.Combine(folder, file), hasHeader: true);

internal sealed class Pair
{
    [LoadColumn(1)]
    public string Sentence1 { get; set; } = "";

    [LoadColumn(2)]
    public string Sentence2 { get; set; } = "";

    [LoadColumn(3)]
    public string Label { get; set; } = "";
}

internal sealed class Verdict
{
    public string Answer { get; set; } = "";

    public float[] Score { get; set; } = [];
}
