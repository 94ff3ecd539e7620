namespace AcademicBert.Training;

/// <summary>Time of a run that its training clock does not count.</summary>
/// <param name="Validation">Measuring the held-out loss.</param>
/// <param name="Checkpoints">Holding training up for checkpoints and snapshots; most of their writing goes on in the background.</param>
public readonly record struct TrainingOverhead(TimeSpan Validation, TimeSpan Checkpoints);
