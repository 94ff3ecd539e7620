// Which words fit? Fills each [MASK] and names the best words for it:
//   dotnet run -c Release --project samples/FillMask -- [MODEL ["text with [MASK] in it" ...]]
// Without arguments the model is a small one that has read the SDK's documentation for half a minute: it knows the phrases of that, and nothing else.
using System.Globalization;
using AcademicBert.Samples;
using AcademicBert.Scoring;
using Microsoft.ML;

const int Count = 5;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = new MLContext();
SampleModel model = SampleModel.Of(context, args.ElementAtOrDefault(0));
string[] texts = args.Length > 1 ? args[1..] : ["The [MASK] that is thrown when the value is not valid.", "Gets the [MASK] of elements in the collection.", "Writes the bytes to the [MASK]."];

IDataView rows = context.Data.LoadFromEnumerable(texts.Select(text => new Blank { Text = text }));
using BertFillMaskTransformer filler = context.Transforms.Text.BertFillMask(model.Folder, count: Count).Fit(rows);
foreach (Answer answer in context.Data.CreateEnumerable<Answer>(filler.Transform(rows), reuseRowObject: false))
{
    Console.WriteLine(answer.Filled);
    foreach ((string word, float probability)[] words in answer.FilledWords.Zip(answer.FilledProbabilities).Chunk(Count))
        Console.WriteLine($"  [MASK]: {string.Join(", ", words.Select(best => $"{best.word} {best.probability:P0}"))}");
}

internal sealed class Blank
{
    public string Text { get; set; } = "";
}

internal sealed class Answer
{
    public string Filled { get; set; } = "";

    public string[] FilledWords { get; set; } = [];

    public float[] FilledProbabilities { get; set; } = [];
}
