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

    /// <summary>
    /// What a checkpoint costs: what steps take longer, from the copy that training waits for to the end of its writing, than those of the
    /// same run without one. From run to run a machine's speed changes by more than checkpoints take.
    /// </summary>
    public void Checkpoints(double everySeconds)
    {
        string run = NewRunFolder();
        var progress = new Progress(Path.Combine(run, "checkpoints"));
        using PretrainingResult result = Pretrainer.Run(
            _settings.Options with
            {
                Validation = new ValidationPlan { Interval = 0, EarlyInterval = 0, MaxSamples = 1 },
                CheckpointEvery = TrainingBudget.Time(TimeSpan.FromSeconds(everySeconds)),
                KeepCheckpoints = 1,
            },
            _corpus, run, progress);
        double[] alone = progress.Steps(writing: false), beside = progress.Steps(writing: true);
        if (alone.Length == 0 || progress.Checkpoints == 0)
            throw new InvalidOperationException($"{progress.Checkpoints} checkpoints and {alone.Length} steps without one are too few to compare: more --steps, or another --checkpointSeconds.");
        int checkpoints = progress.Checkpoints;
        double step = Interleaved.Median(alone), each = beside.Sum(seconds => seconds - step) / checkpoints;
        var report = new Report();
        Console.WriteLine($"{Shape}, {_settings.Steps} steps, {checkpoints} checkpoints; {KernelSelection.Description}");
        report.Add("a step", "stepSeconds", step, "F2", "s");
        report.Add("steps beside a checkpoint", "stepsBeside", (double)beside.Length / checkpoints, "F1", "");
        report.Add("a checkpoint costs", "checkpointSeconds", each, "F2", "s", $"of which the copy {result.Overhead.Checkpoints.TotalSeconds / checkpoints:F2} s");
        report.Add("at one a minute", "share", each / 60 * 100, "F2", "%", "goal 2 %");
        report.Print();
    }

    public void Dispose()
    {
        _corpus.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Shape => $"L{_settings.Layers} H{_settings.Hidden} A{_settings.Heads} F{_settings.FeedForward}, {_settings.Batch}×{_settings.Length}";

    private PretrainingResult Run(PretrainingOptions options) => Pretrainer.Run(options, _corpus, NewRunFolder(), new Progress(null));

    private string NewRunFolder() => Path.Combine(_folder, $"run-{_runs++}");

    /// <summary>When steps ended, and which checkpoint was the newest then.</summary>
    private sealed class Progress(string? checkpoints) : IProgress<TrainingProgress>
    {
        private readonly List<(long Time, string? Newest)> _ends = [];

        /// <summary>Checkpoints that were begun.</summary>
        public int Checkpoints => Pairs.Count(pair => Path.GetFileNameWithoutExtension(pair.From.Newest) != Path.GetFileNameWithoutExtension(pair.To.Newest));

        private IEnumerable<((long Time, string? Newest) From, (long Time, string? Newest) To)> Pairs => _ends.Zip(_ends.Skip(1));

        /// <summary>Seconds of the steps in which a checkpoint was begun or written, or of the others.</summary>
        public double[] Steps(bool writing) =>
            [.. Pairs.Where(pair => (pair.From.Newest != pair.To.Newest || Path.HasExtension(pair.To.Newest)) == writing).Select(pair => Stopwatch.GetElapsedTime(pair.From.Time, pair.To.Time).TotalSeconds)];

        public void Report(TrainingProgress value)
        {
            if (!value.IsValidation)
                _ends.Add((Stopwatch.GetTimestamp(), Directory.Exists(checkpoints) ? Directory.EnumerateDirectories(checkpoints).Max(StringComparer.Ordinal) : null));
        }
    }
}
