using AcademicBert.Pretraining;

namespace AcademicBert.Reports.Sources;

/// <summary>A pretraining run to report on.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Recorded">Its folder's options, starts and card.</param>
/// <param name="Journal">Its steps and validations.</param>
internal sealed record TrainingRun(string Name, RecordedRun Recorded, RunJournal Journal)
{
    /// <summary>Reads a run folder.</summary>
    /// <exception cref="InvalidDataException">Its options cannot be read; the message names file and option.</exception>
    public static TrainingRun Open(string folder, string name)
    {
        RecordedRun recorded = RecordedRun.Open(folder);
        return new TrainingRun(name, recorded, RunJournal.Of(recorded.Metrics()));
    }

    /// <summary>The options.</summary>
    public PretrainingOptions Options => Recorded.Options;

    /// <summary>Share of what the run was to do that it has done, 0 to 1.</summary>
    public double Progress => Math.Min(1, Math.Max(Journal.End.Fraction(Options.Budget), Options.EarlyExit is { } exit ? Journal.End.Fraction(exit) : 0));
}
