using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

/// <summary>Keeps what a run reports, in order and on the training thread.</summary>
internal sealed class RecordedProgress(Action<TrainingProgress>? also = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public IEnumerable<TrainingProgress> Steps => All.Where(progress => !progress.IsValidation);

    public IEnumerable<TrainingProgress> Validations => All.Where(progress => progress.IsValidation);

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        also?.Invoke(value);
    }
}
