using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>A pretraining run with everything a long one has: journal, TensorBoard, checkpoints, validations.</summary>
internal static class TrainSoak
{
    /// <summary>Number of checkpoints, and of validations: many, so that what one leaves behind adds up.</summary>
    private const int Times = 240;

    /// <returns>Steps whose loss is no number.</returns>
    public static long Run(SoakSettings settings, TrainingBudget budget, ProcessWatch watch)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-soak-").FullName;
        try
        {
            using PreparedCorpus corpus = CorpusBuilder.Build(
                new TextFileSource(settings.Data, new TextFileOptions { Layout = TextLayout.Automatic }), BertWordPieceTokenizer.Create(Vocabulary.Load(settings.Vocabulary)), Path.Combine(folder, "corpus"), new CorpusOptions());
            var options = new PretrainingOptions
            {
                Model = new BertConfig { HiddenSize = 128, Layers = 2, Heads = 2, IntermediateSize = 512, MaxPositions = 128 },
                Budget = budget,
                BatchSize = 32,
                CheckpointEvery = budget with { Amount = budget.Amount / Times },
                Validation = new ValidationPlan { Interval = 1.0 / Times, EarlyInterval = 0, MaxSamples = 64 },
            };
            Console.WriteLine($"L2 H128 A2 F512, 32×128, {corpus.Train.SampleCount} samples, {Times} checkpoints and validations; {KernelSelection.Description}");
            var progress = new Progress(watch);
            using PretrainingResult result = Pretrainer.Run(options, corpus, Path.Combine(folder, "run"), progress, Console.WriteLine);
            Console.WriteLine($"{result.Position.Seconds:F0} s of training, {result.Position.Samples} samples, held-out loss {progress.First:F3} to {result.Validation?.Loss:F3}, validation {result.Overhead.Validation.TotalSeconds:F0} s, checkpoints {result.Overhead.Checkpoints.TotalSeconds:F0} s");
            return progress.NotFinite;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Progress(ProcessWatch watch) : IProgress<TrainingProgress>
    {
        /// <summary>The first held-out loss.</summary>
        public double First { get; private set; } = double.NaN;

        public long NotFinite { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.IsValidation)
            {
                if (double.IsNaN(First))
                    First = value.Validation!.Value.Loss;
                return;
            }

            watch.Count();
            if (!double.IsFinite(value.Loss))
                NotFinite++;
        }
    }
}
