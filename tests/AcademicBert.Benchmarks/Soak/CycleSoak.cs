using AcademicBert.Benchmarks.Score;
using Microsoft.ML;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>Fit, Transform, Save, Load, Predict and Dispose, each time with an MLContext of its own.</summary>
internal static class CycleSoak
{
    private const int Rows = 64;

    /// <returns>Answers that are not those of the first cycle, bit for bit.</returns>
    public static long Run(SoakSettings settings, int cycles, ProcessWatch watch)
    {
        using var model = new SoakModel(settings);
        TextRow[] train = SoakModel.Rows(settings, "train", Rows), dev = SoakModel.Rows(settings, "dev", Rows);
        SoakModel.Answer[]? first = null;
        long wrong = 0;
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            SoakModel.Answer[] answers = Cycle(model, train, dev);
            first ??= answers;
            wrong += answers.Zip(first, (answer, expected) => answer.Is(expected)).Count(same => !same);
            watch.Count();
            watch.Sample(); // between two cycles, where nothing should be left
        }

        return wrong;
    }

    /// <summary>The answers of the fitted pipeline, then those of the loaded one.</summary>
    private static SoakModel.Answer[] Cycle(SoakModel model, TextRow[] train, TextRow[] dev)
    {
        var context = new MLContext(1);
        IDataView view = context.Data.LoadFromEnumerable(dev);
        SoakModel.Answer[] scored;
        ITransformer fitted = model.Fit(context, train);
        using (fitted as IDisposable)
        {
            scored = [.. context.Data.CreateEnumerable<SoakModel.Answer>(fitted.Transform(view), reuseRowObject: false)];
            context.Model.Save(fitted, view.Schema, model.File);
        }

        var other = new MLContext(1);
        using PredictionEngine<TextRow, SoakModel.Answer> engine = other.Model.CreatePredictionEngine<TextRow, SoakModel.Answer>(other.Model.Load(model.File, out _));
        return [.. scored, .. dev.Select(engine.Predict)];
    }
}
