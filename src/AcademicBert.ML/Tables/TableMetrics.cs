using AcademicBert.Finetuning;
using AcademicBert.Glue;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tables;

/// <summary>How well a model predicts the labels of rows.</summary>
internal static class TableMetrics
{
    // What a word beyond the longest input gets: no entity.
    private const string NoLabel = "O";

    // So that the result stays a file that people read.
    private const int MostNumbers = 2000;

    /// <summary>Measures what was predicted of the validation rows.</summary>
    /// <param name="context">The context.</param>
    /// <param name="data">The rows.</param>
    /// <param name="recipe">Names their columns.</param>
    /// <param name="scored">The validation rows with the predictions; null: there are none.</param>
    public static TableEvaluation Evaluate(MLContext context, TableData data, FinetuningRecipe recipe, IDataView? scored)
    {
        if (scored is null)
            return new TableEvaluation(data.Task, data.Classes, 0, new Dictionary<string, double>());
        MulticlassClassificationMetrics? classes = data.Task == FinetuningTask.Classification ? context.MulticlassClassification.Evaluate(scored, labelColumnName: recipe.Label) : null;
        IEnumerable<(string Name, double Value)> metrics = data.Task switch
        {
            FinetuningTask.Regression => OfNumbers(data, scored, context.Regression.Evaluate(scored, labelColumnName: recipe.Label)),
            FinetuningTask.TokenClassification => OfWords(data, scored),
            _ => OfClasses(classes!),
        };
        // Some are undefined on some rows.
        return new TableEvaluation(data.Task, data.Classes, data.Validation.Count, metrics.Where(metric => double.IsFinite(metric.Value)).ToDictionary(metric => metric.Name, metric => metric.Value))
        {
            GuessingMetrics = Guessing.Metrics(data),
            MostFrequent = Guessing.MostFrequent(data),
            Confusion = classes is null ? [] : [.. classes.ConfusionMatrix.Counts.Select(row => (int[])[.. row.Select(count => (int)count)])],
            Numbers = data.Task == FinetuningTask.Regression ? Numbers(data, scored) : [],
        };
    }

    // Evenly spread where there are many.
    private static IReadOnlyList<PredictedNumber> Numbers(TableData data, IDataView scored)
    {
        int step = Math.Max(1, (data.Validation.Count + MostNumbers - 1) / MostNumbers);
        return [.. data.Validation.Zip(scored.GetColumn<float>("Score"), (row, score) => new PredictedNumber(TableData.Number(row.Label)!.Value, score)).Where((number, row) => row % step == 0 && float.IsFinite(number.Predicted))];
    }

    private static IEnumerable<(string Name, double Value)> OfClasses(MulticlassClassificationMetrics metrics)
    {
        ConfusionMatrix confusion = metrics.ConfusionMatrix;
        return [
            ("accuracy", metrics.MicroAccuracy),
            ("macroAccuracy", metrics.MacroAccuracy),
            // Of the classes that have rows, as macroAccuracy.
            ("macroF1", Enumerable.Range(0, confusion.NumberOfClasses).Where(own => confusion.Counts[own].Sum() > 0).Average(own => F1(confusion.PerClassPrecision[own], confusion.PerClassRecall[own]))),
            ("logLoss", metrics.LogLoss),
        ];
    }

    private static double F1(double precision, double recall) => precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;

    private static IEnumerable<(string Name, double Value)> OfNumbers(TableData data, IDataView scored, RegressionMetrics metrics)
    {
        double[] predicted = [.. scored.GetColumn<float>("Score").Select(score => (double)score)], expected = [.. data.Validation.Select(row => (double)TableData.Number(row.Label)!.Value)];
        return [
            ("rSquared", metrics.RSquared),
            ("rootMeanSquaredError", metrics.RootMeanSquaredError),
            ("meanAbsoluteError", metrics.MeanAbsoluteError),
            ("pearson", GlueMetrics.Pearson(predicted, expected)),
            ("spearman", GlueMetrics.Spearman(predicted, expected)),
        ];
    }

    private static IEnumerable<(string Name, double Value)> OfWords(TableData data, IDataView scored)
    {
        string[][] expected = [.. data.Validation.Select(row => TableData.Words(row.Label))];
        string[][] predicted = [.. scored.GetColumn<uint[]>("PredictedLabel").Select(labels => labels.Select(label => label == 0 ? NoLabel : data.Classes[(int)label - 1]).ToArray())];
        if (EntityF1.Reads(data.Classes))
            yield return ("entityF1", EntityF1.Of(expected, predicted));
        yield return ("accuracy", expected.Zip(predicted).SelectMany(row => row.First.Zip(row.Second, (label, guess) => label == guess ? 1.0 : 0.0)).DefaultIfEmpty(double.NaN).Average());
    }
}
