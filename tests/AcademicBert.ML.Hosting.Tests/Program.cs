using Microsoft.ML;

namespace AcademicBert.Tests.Hosting;

/// <summary>Loads a model as a user's program does: nothing registered, the assembly of the transformer not yet loaded.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(arguments[0], out _);
        PredictionEngine<Document, Measured> engine = context.Model.CreatePredictionEngine<Document, Measured>(model);
        foreach (string text in arguments[1..])
            Console.WriteLine($"{engine.Predict(new Document { Text = text }).Length:R}");
        return 0;
    }
}
