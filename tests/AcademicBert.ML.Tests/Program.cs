using System.Globalization;
using AcademicBert.Distributed;
using AcademicBert.Tests.Catalog;
using AcademicBert.Tests.Distributed;
using AcademicBert.Tests.Fuzzing;
using Microsoft.ML;

namespace AcademicBert.Tests;

/// <summary>What is started as a process of its own: the long fuzzing run; a rank of a launch; or a user's program that loads a classifier: nothing registered, no type of the library touched.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments[0] == RankProgram.Verb)
            return Rank(RankProgram.Arguments.Parse(arguments));
        if (arguments[0] == FuzzProgram.Verb)
            return FuzzProgram.Run(arguments[1..], FuzzTargets.All);
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

    private static int Rank(RankProgram.Arguments arguments)
    {
        ProcessGroup joined = Launch.Join();
        using ProcessGroup ranks = arguments.Nccl.Length > 0 ? NcclStandIn.Over(joined, arguments.Nccl) : joined;
        return RankProgram.Train(arguments, ranks);
    }
}
