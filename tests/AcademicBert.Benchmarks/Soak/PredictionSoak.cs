using AcademicBert.Benchmarks.Score;
using Microsoft.ML;
using static TorchSharp.torch;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>A prediction engine on each of several threads, over one model that was loaded once.</summary>
internal static class PredictionSoak
{
    private const int Rows = 512;

    /// <returns>Answers that are not those of a single thread, bit for bit.</returns>
    public static long Run(SoakSettings settings, int predictions, int threads, ProcessWatch watch)
    {
        using var model = new SoakModel(settings);
        TextRow[] train = SoakModel.Rows(settings, "train", Rows), dev = SoakModel.Rows(settings, "dev", Rows);
        var context = new MLContext(1);
        ITransformer fitted = model.Fit(context, train);
        using (fitted as IDisposable)
            context.Model.Save(fitted, context.Data.LoadFromEnumerable(dev).Schema, model.File);

        ITransformer loaded = new MLContext(1).Model.Load(model.File, out _);
        using (loaded as IDisposable)
        {
            SoakModel.Answer[] expected;
            using (PredictionEngine<TextRow, SoakModel.Answer> single = Engine(context, loaded))
                expected = [.. dev.Select(single.Predict)];
            long next = 0, wrong = 0;
            Task.WaitAll([.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(Predict, TaskCreationOptions.LongRunning))]);
            return wrong;

            void Predict()
            {
                set_num_threads(1); // the threads are here; a row alone has no work for several
                using PredictionEngine<TextRow, SoakModel.Answer> engine = Engine(new MLContext(1), loaded);
                for (long row; (row = Interlocked.Increment(ref next) - 1) < predictions; watch.Count())
                {
                    if (!engine.Predict(dev[row % Rows]).Is(expected[row % Rows]))
                        Interlocked.Increment(ref wrong);
                }
            }
        }
    }

    private static PredictionEngine<TextRow, SoakModel.Answer> Engine(MLContext context, ITransformer loaded) =>
        context.Model.CreatePredictionEngine<TextRow, SoakModel.Answer>(loaded, new PredictionEngineOptions { OwnsTransformer = false });
}
