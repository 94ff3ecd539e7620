using System.Globalization;
using AcademicBert.Training;

namespace AcademicBert.Quickstart;

/// <summary>Training in one line that is written over on a terminal; a line at every tenth of the budget elsewhere.</summary>
internal sealed class ProgressLine
{
    private const int Width = 78;
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(200);

    private readonly bool _live = !Console.IsOutputRedirected;
    private long _shownAt;
    private double _nextTenth;

    /// <summary>Shows a step.</summary>
    public void Show(TrainingProgress progress)
    {
        if (progress.IsValidation)
            return;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"  {progress.Fraction * 100,3:F0} %  step {progress.Position.Steps}  loss {progress.Loss:F3}  learning rate {progress.LearningRate:0.0e-0}  {progress.SamplesPerSecond:F0} samples/s  {progress.TimeLeft:mm\\:ss} left");
        if (!_live)
        {
            if (progress.Fraction < _nextTenth)
                return;
            _nextTenth += 0.1;
            Console.WriteLine(line);
            return;
        }

        if (progress.Fraction < 1 && TimeProvider.System.GetElapsedTime(_shownAt) < s_refresh)
            return;
        _shownAt = TimeProvider.System.GetTimestamp();
        Console.Write("\r" + line.PadRight(Width) + (progress.Fraction >= 1 ? "\n" : ""));
    }
}
