using System.Globalization;
using AcademicBert.OnnxScoring;
using Microsoft.ML;

if (args.Length < 2)
{
    Console.Error.WriteLine("Name the folder of an exported classifier (OnnxFolder.Save), then the sentences to classify.");
    return 2;
}

var context = new MLContext();
using var pipeline = ClassifierPipeline.Create(context, args[0]);
string saved = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");
try
{
    // What a service does: the fitted pipeline is saved once and loaded wherever it is used.
    pipeline.Save(saved);
    using PredictionEngine<Sentence, Answer> engine = context.Model.CreatePredictionEngine<Sentence, Answer>(context.Model.Load(saved, out _));
    foreach (string text in args[1..])
    {
        Answer answer = engine.Predict(new Sentence { Sentence1 = text });
        Console.WriteLine($"{answer.Label} {string.Join(' ', answer.Score.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}");
    }
}
finally
{
    File.Delete(saved);
}

return 0;
