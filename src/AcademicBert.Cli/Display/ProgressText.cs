using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Training;

namespace AcademicBert.Cli.Display;

/// <summary>Progress in words and numbers.</summary>
internal static class ProgressText
{
    public static string Of(TrainingProgress progress) => Format(
        $"step {progress.Position.Steps}  loss {progress.Loss:F3}  lr {progress.LearningRate:0.0e-0}  {progress.SamplesPerSecond:F1} samples/s  {progress.TokensPerSecond / 1e3:F1}k tokens/s  {progress.ModelFlopsUtilization * 100:F0} % of peak  {progress.MemoryBytes / 1e9:F1} GB  {Span(progress.TimeLeft)} left");

    public static string Of(ValidationScore score) => Format($"held-out loss {score.Loss:F4}, accuracy {score.Accuracy * 100:F1} % over {score.MaskedTokens} masked tokens");

    public static string Of(TrainingPosition position, TrainingOverhead overhead) => Format(
        $"training {Span(TimeSpan.FromSeconds(position.Seconds))}, and in this process validation {overhead.Validation.TotalSeconds:F1} s, checkpoints {overhead.Checkpoints.TotalSeconds:F1} s");

    public static string Of(CorpusProgress progress) => Format(
        $"{progress.Documents} documents  {progress.Tokens} tokens  {progress.MegabytesPerSecond:F1} MB/s{(progress.TimeLeft is { } left ? $"  {Span(left)} left" : "")}");

    internal static string Span(TimeSpan time) => time.ToString(time.TotalDays >= 1 ? @"d'd 'hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
