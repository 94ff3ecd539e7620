using System.Diagnostics;
using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Corpus;
using AcademicBert.Masking;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Benchmarks.Train;

/// <summary>Whole runs, beside their bare steps and beside runs without checkpoints.</summary>
internal sealed class TrainBenchmark : IDisposable
{
    private readonly TrainSettings _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-benchmark-").FullName;
    private readonly PreparedCorpus _corpus;
    private int _runs;

    public TrainBenchmark(TrainSettings settings)
    {
        _settings = settings;
        _corpus = CorpusBuilder.Build(
            new TextFileSource(settings.Text, new TextFileOptions { Layout = TextLayout.Automatic }), BertWordPieceTokenizer.Create(Vocabulary.Load(settings.Vocabulary)),
            Path.Combine(_folder, "corpus"), new CorpusOptions { SequenceLength = settings.Length });
    }

    /// <summary>Samples a second of a run's training clock, against steps on a batch that is there already, in turn.</summary>
    public void Loop()
    {
        using BertModel model = BertModel.Create(_settings.Options.Model with { VocabularySize = _corpus.Tokenizer.Vocabulary.Count }, HeadSpec.MaskedLanguageModel, seed: 1, precision: ComputePrecision.Auto);
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        var reader = new MaskedBatchReader(_corpus.Train, new SampleOrder(1, _corpus.Train.SampleCount, 1), new SampleMasker(_corpus.Tokenizer.Vocabulary, new MaskingOptions(), 1));
        MaskedBatch batch = reader.MakeBatch(_settings.Batch);
        var bare = new List<double>();
        var runs = new List<double>();
        TrainingOverhead overhead = default;
        for (int round = -1; round < _settings.Rounds; round++)
        {
            // The very samples a run takes, so that both have the same masked tokens and lengths to compute.
            Stopwatch watch = new();
            for (int step = 0; step < _settings.Steps; step++)
            {
                reader.Read((long)step * _settings.Batch, _settings.Batch, batch);
                watch.Start();
                model.Parameters.ZeroGradients();
                model.AccumulateGradients(MaskedBatchOnHost.Of(batch), new DropoutState(1, (uint)step, batch.FirstPosition));
                optimizer.Step(1e-4, 1.0 / batch.MaskedCount);
                watch.Stop();
            }

            using PretrainingResult result = Run(_settings.Options);
            if (round < 0)
                continue;
            bare.Add(_settings.Steps * _settings.Batch / watch.Elapsed.TotalSeconds);
            runs.Add(result.Position.Samples / result.Position.Seconds);
            overhead = result.Overhead;
        }

        double steps = Interleaved.Median([.. bare]), run = Interleaved.Median([.. runs]);
        var report = new Report();
        Console.WriteLine($"{Shape}, {_settings.Steps} steps a run; {KernelSelection.Description}");
        report.Add("bare steps", "stepSamplesPerSecond", steps, "F1", "samples/s");
        report.Add("a whole run, by its training clock", "runSamplesPerSecond", run, "F1", "samples/s");
        report.Add("the run over its steps", "ratio", run / steps * 100, "F1", "%", "goal 97 %");
        report.Add("apart: validation", "validationSeconds", overhead.Validation.TotalSeconds, "F2", "s a run");
        report.Add("apart: checkpoints", "checkpointSeconds", overhead.Checkpoints.TotalSeconds, "F2", "s a run");
        report.Print();
    }

    /// <summary>What checkpoints cost: runs of the same steps with and without them, in turn, by wall-clock time.</summary>
    public void Checkpoints(double everySeconds)
    {
        PretrainingOptions none = _settings.Options with { Validation = new ValidationPlan { Interval = 0, EarlyInterval = 0, MaxSamples = 1 }, CheckpointEvery = TrainingBudget.Time(TimeSpan.FromDays(1)), KeepCheckpoints = 1 };
        PretrainingOptions some = none with { CheckpointEvery = TrainingBudget.Time(TimeSpan.FromSeconds(everySeconds)) };
        int checkpoints = 0;
        var differences = new List<double>();
        var seconds = new List<double>();
        for (int round = 0; round < _settings.Rounds; round++)
        {
            double without = Wall(none, out _), with = Wall(some, out int written);
            checkpoints = written;
            seconds.Add(without);
            differences.Add((with - without) / Math.Max(1, written));
        }

        double each = Interleaved.Median([.. differences]), length = Interleaved.Median([.. seconds]);
        var report = new Report();
        Console.WriteLine($"{Shape}, {_settings.Steps} steps a run, a checkpoint every {everySeconds} s; {KernelSelection.Description}");
        report.Add("a run without checkpoints", "runSeconds", length, "F1", "s");
        report.Add("checkpoints in a run", "checkpoints", checkpoints, "F0", "");
        report.Add("a checkpoint costs", "checkpointSeconds", each, "F2", "s");
        report.Add("at one a minute", "share", each / 60 * 100, "F2", "%", "goal 2 %");
        report.Print();
    }

    public void Dispose()
    {
        _corpus.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Shape => $"L{_settings.Layers} H{_settings.Hidden} A{_settings.Heads} F{_settings.FeedForward}, {_settings.Batch}×{_settings.Length}";

    private PretrainingResult Run(PretrainingOptions options) => Pretrainer.Run(options, _corpus, Path.Combine(_folder, $"run-{_runs++}"), new Progress());

    /// <summary>Time from the first step to the last, waiting for checkpoints included.</summary>
    private double Wall(PretrainingOptions options, out int checkpoints)
    {
        var progress = new Progress();
        string run = Path.Combine(_folder, $"run-{_runs++}");
        Pretrainer.Run(options, _corpus, run, progress).Dispose();
        checkpoints = (int)(progress.Seconds / options.CheckpointEvery.Amount);
        Directory.Delete(run, recursive: true);
        return progress.Wall.TotalSeconds;
    }

    /// <summary>What a user's callback does at least.</summary>
    private sealed class Progress : IProgress<TrainingProgress>
    {
        private long _first;

        public TimeSpan Wall { get; private set; }

        public double Seconds { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.IsValidation)
                return;
            if (_first == 0)
                _first = Stopwatch.GetTimestamp();
            (Wall, Seconds) = (Stopwatch.GetElapsedTime(_first), value.Position.Seconds);
        }
    }
}
