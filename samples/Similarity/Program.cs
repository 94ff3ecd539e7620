// How alike are two sentences? Fine-tunes a model on GLUE's STS-B, reports correlations on its dev rows, and scores a pair of your own:
//   dotnet run -c Release --project samples/Similarity -- MODEL GLUE ["first sentence" "second sentence"]
// With -p:AcademicBertMLNetTorchSharp=true the same chain also holds Microsoft's SentenceSimilarity, trained on the same rows.
using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Glue;
using AcademicBert.Similarity;
using Microsoft.ML;
using Microsoft.ML.Data;
#if MLNET_TORCHSHARP
using Microsoft.ML.TorchSharp;
#endif

if (args.Length is not (2 or 4))
{
    Console.Error.WriteLine("Give a model folder and GLUE's data folder, and two sentences to compare if you like.");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
GlueTask task = GlueTask.Find("STS-B");
IReadOnlyList<GlueRow> dev = GlueFile.Dev(args[1], task, task.Evaluations[0]).Rows;
var context = new MLContext(seed: 1);
IDataView train = context.Data.LoadFromEnumerable(GlueFile.Train(args[1], task).Rows.Select(Pair.Of));

// A small model wants larger steps than a BERT-base.
var options = new BertRegressionOptions { ModelFolder = args[0], ScoreColumnName = "AcademicBert", Finetuning = new FinetuningOptions { LearningRate = 1e-3, Epochs = 4 } };
IEstimator<ITransformer> pipeline = context.Regression.Trainers.BertRegression(options);
string[] scores = ["AcademicBert"];
#if MLNET_TORCHSHARP
pipeline = pipeline.Append(context.Regression.Trainers.SentenceSimilarity(scoreColumnName: "Microsoft", maxEpochs: 4));
scores = [.. scores, "Microsoft"];
#endif
ITransformer model = pipeline.Fit(train);

IDataView scored = model.Transform(context.Data.LoadFromEnumerable(dev.Select(Pair.Of)));
double[] labels = [.. dev.Select(row => (double)row.Label)];
foreach (string score in scores)
{
    double[] predictions = [.. scored.GetColumn<float>(score).Select(value => (double)value)];
    Console.WriteLine($"{score}: Pearson {GlueMetrics.Pearson(predictions, labels):P1}, Spearman {GlueMetrics.Spearman(predictions, labels):P1} on {dev.Count} dev rows");
}

if (args is [_, _, string first, string second])
{
    IDataView own = model.Transform(context.Data.LoadFromEnumerable([new Pair { Sentence1 = first, Sentence2 = second }]));
    foreach (string score in scores)
        Console.WriteLine($"{score}: {own.GetColumn<float>(score).Single():F1} of 5");
}

return 0;
