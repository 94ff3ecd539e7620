using static TorchSharp.torch.utils.tensorboard;

namespace AcademicBert.Training;

/// <summary>Writes the curves of a run as TensorBoard events, at most one point of each a second; the journal has them all.</summary>
internal sealed class TensorBoardLog(string runFolder, TimeProvider time)
{
    /// <summary>The folder within a run folder.</summary>
    public const string FolderName = "tensorboard";

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private TorchSharp.Modules.SummaryWriter? _writer;
    private long? _lastAt;

    /// <summary>Adds a step's figures, unless the last ones are fresh.</summary>
    public void Stepped(TrainingProgress progress)
    {
        if (_lastAt is { } last && time.GetElapsedTime(last) < s_between)
            return;
        _lastAt = time.GetTimestamp();
        long step = progress.Position.Steps;
        Add("train/loss", progress.Loss, step);
        Add("train/learningRate", progress.LearningRate, step);
        Add("train/gradientNorm", progress.GradientNorm, step);
        Add("speed/samplesPerSecond", progress.SamplesPerSecond, step);
        Add("speed/tokensPerSecond", progress.TokensPerSecond, step);
        Add("speed/modelFlopsUtilization", progress.ModelFlopsUtilization, step);
        Add("memory/gigabytes", progress.MemoryBytes / 1e9, step);
    }

    /// <summary>Adds a validation.</summary>
    public void Validated(ValidationScore score, long step)
    {
        Add("validation/loss", score.Loss, step);
        Add("validation/accuracy", score.Accuracy, step);
        if (score.NextSentenceAccuracy is { } pairs)
            Add("validation/nextSentenceAccuracy", pairs, step);
    }

    // The writer makes its file when it is made, and opens it for each event: a run that ends at once leaves none, a killed one a whole one.
    private void Add(string tag, double value, long step)
    {
        _writer ??= SummaryWriter(Path.Combine(runFolder, FolderName), createRunName: false);
        _writer.add_scalar(tag, (float)value, checked((int)step));
    }
}
