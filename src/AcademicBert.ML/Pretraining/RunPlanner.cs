using System.Diagnostics;
using AcademicBert.Corpus;
using AcademicBert.Distributed;
using AcademicBert.Modeling;
using AcademicBert.Native;
using AcademicBert.Optimization;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>Measures some steps of a run and works out the rest.</summary>
internal sealed class RunPlanner(PretrainingOptions options, PreparedCorpus corpus, BertModel model)
{
    private const int WarmupSteps = 3;
    private const int ValidatedMicroBatches = 4;

    private const int BytesOfAJournalLine = 320;

    // fp32 values and two moments.
    private const int BytesOfACheckpointedParameter = 12;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    public PretrainingPlan Plan(int steps, CancellationToken cancellationToken)
    {
        (int measured, int microBatch, double samplesPerSecond) = Measure(steps, cancellationToken);
        (TrainingPosition expected, int validations) = Expect(samplesPerSecond);
        double validation = MeasureValidation(microBatch, cancellationToken);
        long parameters = model.Parameters.Slots.Sum(slot => slot.Count);
        using Process process = Process.GetCurrentProcess();
        return new PretrainingPlan
        {
            Parameters = parameters,
            ComputeType = model.ComputeType.ToString(),
            Accumulation = (options.BatchSize + microBatch - 1) / microBatch,
            MeasuredSteps = measured,
            SamplesPerSecond = samplesPerSecond,
            Expected = expected,
            Validations = validation > 0 ? validations : 0,
            ValidationSeconds = validations * validation,
            Epochs = (double)expected.Samples / corpus.Train.SampleCount,
            MemoryBytes = process.PeakWorkingSet64,
            MachineMemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            DiskBytes = Disk(parameters, expected.Steps),
        };
    }

    private (int Steps, int MicroBatch, double SamplesPerSecond) Measure(int steps, CancellationToken cancellationToken)
    {
        // A step of thousands of samples takes minutes on a CPU; what a micro-batch and what an update costs tells as much.
        PretrainingOptions small = options with { BatchRamp = null, BatchSize = Math.Min(options.BatchSize, options.MicroBatchSize) };
        using var gradients = new PretrainingGradients(model, corpus, small, ProcessGroup.Single, firstPosition: 0, log: _ => { });
        using var optimizer = new AdamW(model.Parameters, options.Optimizer);
        TrainingPosition position = default;
        long begin = Stopwatch.GetTimestamp(), start = 0, samplesAtStart = 0;
        TimeSpan passes = default, updates = default;
        int measured = 0;
        while (measured < steps)
        {
            if (start == 0 && (position.Steps == WarmupSteps || Stopwatch.GetElapsedTime(begin) > s_longest))
                (start, samplesAtStart) = (Stopwatch.GetTimestamp(), position.Samples);
            long before = Stopwatch.GetTimestamp();
            BatchTotals totals = gradients.Accumulate(position, cancellationToken);
            long between = Stopwatch.GetTimestamp();
            optimizer.Step(learningRate: 0, 1.0 / totals.Masked);
            position = new TrainingPosition(position.Steps + 1, position.Samples + gradients.SizeAt(position.Samples), 0);
            if (start == 0)
                continue;
            passes += Stopwatch.GetElapsedTime(before, between);
            updates += Stopwatch.GetElapsedTime(between);
            measured++;
            if (Stopwatch.GetElapsedTime(start) > s_longest)
                break;
        }

        double step = options.BatchSize * passes.TotalSeconds / (position.Samples - samplesAtStart) + updates.TotalSeconds / measured;
        return (measured, gradients.MicroBatchSize, options.BatchSize / step);
    }

    /// <summary>Seconds of a measurement of the held-out loss, from some of its samples; 0: there are none.</summary>
    private double MeasureValidation(int microBatch, CancellationToken cancellationToken)
    {
        if (MaskedLanguageModelValidation.Of(corpus, options, ProcessGroup.Single) is not { } validation)
            return 0;
        long samples = Math.Min(validation.Samples, (long)ValidatedMicroBatches * microBatch);
        MaskedLanguageModelValidation part = MaskedLanguageModelValidation.Of(corpus, options with { Validation = new ValidationPlan { MaxSamples = samples } }, ProcessGroup.Single)!;
        part.Score(model, cancellationToken); // the first pass is a slow one
        long start = Stopwatch.GetTimestamp();
        part.Score(model, cancellationToken);
        return Stopwatch.GetElapsedTime(start).TotalSeconds * validation.Samples / samples;
    }

    /// <summary>Steps through the batches as the run would, each in the time its samples take, and counts the measurements of the held-out loss.</summary>
    private (TrainingPosition End, int Validations) Expect(double samplesPerSecond)
    {
        ValidationPlan plan = options.Validation.For(options.Budget);
        TrainingPosition position = default;
        int validations = 0;
        bool validated = false;
        while (position.Fraction(options.Budget) < 1 && (options.EarlyExit is not { } exit || position.Fraction(exit) < 1))
        {
            int size = options.BatchRamp?.SizeAt(position.Samples, options.BatchSize) ?? options.BatchSize;
            double before = position.Fraction(options.Budget);
            position = new TrainingPosition(position.Steps + 1, position.Samples + size, (position.Samples + size) / samplesPerSecond);
            validated = plan.IsDue(before, position.Fraction(options.Budget));
            validations += validated ? 1 : 0;
        }

        return (position, validations + (validated ? 0 : 1));
    }

    private long Disk(long parameters, long steps)
    {
        // The kept ones, the best, and the one that is being written.
        long checkpoints = (options.KeepCheckpoints + 2L) * BytesOfACheckpointedParameter * parameters;
        long models = (options.Snapshots.Count + 1L) * sizeof(float) * parameters;
        return checkpoints + models + steps * BytesOfAJournalLine;
    }
}
