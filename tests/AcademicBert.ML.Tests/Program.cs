using System.Globalization;
using AcademicBert.Tests.Catalog;
using Microsoft.ML;

namespace AcademicBert.Tests;

/// <summary>Loads a classifier as a user's program does: nothing registered, no type of the library touched.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(arguments[0], out _);
        using PredictionEngine<Row, Prediction> engine = context.Model.CreatePredictionEngine<Row, Prediction>(model);
        foreach (string text in arguments[1..])
        {
            Prediction prediction = engine.Predict(new Row { Sentence1 = text });
            Console.WriteLine($"{prediction.PredictedLabel} {string.Join(' ', prediction.Score.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}");
        }

        return 0;
    }
}
