using AcademicBert.Training;

namespace AcademicBert.Reports.Sources;

/// <summary>A measurement of the held-out loss.</summary>
/// <param name="Position">Where in the run.</param>
/// <param name="Loss">In nats.</param>
/// <param name="Accuracy">0 to 1; null where the journal has none.</param>
/// <param name="Took">Seconds it took.</param>
internal sealed record Validation(TrainingPosition Position, double Loss, double? Accuracy, double Took);

/// <summary>A run's journal in columns: an entry for each step, and the validations.</summary>
internal sealed class RunJournal
{
    private readonly List<double> _steps = [], _samples = [], _before = [], _losses = [], _rates = [], _norms = [], _memory = [];
    private readonly List<Validation> _validations = [];

    private RunJournal()
    {
    }

    /// <summary>Number of steps.</summary>
    public int Count => _steps.Count;

    /// <summary>Steps done after each.</summary>
    public IReadOnlyList<double> Steps => _steps;

    /// <summary>Samples trained on after each.</summary>
    public IReadOnlyList<double> Samples => _samples;

    /// <summary>Training time, in seconds, before each.</summary>
    public IReadOnlyList<double> SecondsBefore => _before;

    /// <summary>Losses; not finite where a step failed.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>Learning rates.</summary>
    public IReadOnlyList<double> LearningRates => _rates;

    /// <summary>Gradient norms.</summary>
    public IReadOnlyList<double> GradientNorms => _norms;

    /// <summary>Memory of the process, in bytes.</summary>
    public IReadOnlyList<double> MemoryBytes => _memory;

    /// <summary>The validations, in order.</summary>
    public IReadOnlyList<Validation> Validations => _validations;

    /// <summary>Steps whose update was left out.</summary>
    public int Skipped { get; private set; }

    /// <summary>Where the journal ends. A step's line has the time before it, so that of a run that was cut off in mid-air the last step's time is missing.</summary>
    public TrainingPosition End { get; private set; }

    /// <summary>Samples a second of training time over the whole run; null where no time has passed.</summary>
    public double? SamplesPerSecond => SamplesInTime is > 0 and var samples && End.Seconds > 0 ? samples / End.Seconds : null;

    /// <summary>Real tokens of a sample, over the whole journal; null where it does not tell.</summary>
    public double? TokensPerSample { get; private set; }

    /// <summary>Share of the machine's peak of matrix products, from the last start to the end; null where the journal does not tell.</summary>
    public double? ModelFlopsUtilization { get; private set; }

    /// <summary>Training time after a step.</summary>
    public double SecondsAfter(int index) => index + 1 < Count ? _before[index + 1] : End.Seconds;

    /// <summary>Reads a journal.</summary>
    public static RunJournal Of(IEnumerable<MetricsLine> lines)
    {
        var journal = new RunJournal();
        foreach (MetricsLine line in lines)
        {
            if (line.Event == "validation")
                journal._validations.Add(new Validation(new TrainingPosition(line.Step, line.Samples, line.Seconds), line.Loss ?? double.NaN, line.Accuracy, line.Took ?? 0));
            else
                journal.Add(line);
            journal.End = new TrainingPosition(line.Step, line.Samples, line.Seconds);
        }

        return journal;
    }

    // The last step's samples took no time yet where no line follows it.
    private double SamplesInTime => Count == 0 ? 0 : _before[^1] == End.Seconds ? (Count > 1 ? _samples[^2] : 0) : _samples[^1];

    private void Add(MetricsLine line)
    {
        _steps.Add(line.Step);
        _samples.Add(line.Samples);
        _before.Add(line.Seconds);
        _losses.Add(line.Loss ?? double.NaN);
        _rates.Add(line.LearningRate ?? double.NaN);
        _norms.Add(line.GradientNorm ?? double.NaN);
        _memory.Add(line.MemoryBytes ?? double.NaN);
        Skipped += line.Skipped == true ? 1 : 0;
        if (line is { SamplesPerSecond: > 0 and var samples, TokensPerSecond: { } tokens })
            TokensPerSample = tokens / samples;
        ModelFlopsUtilization = line.ModelFlopsUtilization ?? ModelFlopsUtilization;
    }
}
