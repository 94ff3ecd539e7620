using System.Diagnostics;
using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Sweeps;
using AcademicBert.Training;
using Spectre.Console;

namespace AcademicBert.Cli.Display;

/// <summary>Shows a run: live where there is a terminal, training with its curve, else a line at every hundredth of the way, of training and of searches at most every five seconds.</summary>
internal sealed class TrainingDisplay(IAnsiConsole console)
{
    private const double LineEvery = 0.01;
    private const int WidestCurve = 72, CurveHeight = 8, CurveMargin = 9;

    // So that the log of two minutes can be read too.
    private static readonly TimeSpan s_leastBetween = TimeSpan.FromSeconds(5);

    private readonly ConsoleLines _lines = new(console);

    /// <summary>Writes a line; to a file or a pipe without breaking it at a width.</summary>
    public void Note(string line) => _lines.Note(line);

    /// <summary>Shows the preparation of a corpus.</summary>
    public PreparedCorpus Prepare(Func<IProgress<CorpusProgress>, PreparedCorpus> work) =>
        Show("Preparing the corpus", work, progress => (progress.Fraction ?? 0, ProgressText.Of(progress), null));

    /// <summary>Shows training.</summary>
    public T Train<T>(Func<IProgress<TrainingProgress>, T> work)
    {
        if (!console.Profile.Capabilities.Interactive)
            return work(new Lines<TrainingProgress>(this, progress => (progress.Fraction, ProgressText.Of(progress), NoteOf(progress)), s_leastBetween));
        var curve = new LossCurve(Math.Clamp(console.Profile.Width - CurveMargin, 1, WidestCurve), CurveHeight);
        return console.Live(new Text("")).AutoClear(true).Start(context => work(new Curve(context, curve, this)));
    }

    /// <summary>Shows a search: its runs' steps as they come, and what they come to.</summary>
    public T Search<T>(Func<IProgress<SearchProgress>, T> work) => Show<T, SearchProgress>("Search", work, progress => (progress.Fraction, SearchText.Of(progress), SearchText.NoteOf(progress)), s_leastBetween);

    private static string? NoteOf(TrainingProgress progress) =>
        progress is { IsValidation: true, Validation: { } score } ? $"step {progress.Position.Steps}  {ProgressText.Of(score)}" : null;

    private TResult Show<TResult, TProgress>(string title, Func<IProgress<TProgress>, TResult> work, Func<TProgress, (double Fraction, string Text, string? Note)> describe, TimeSpan leastBetween = default)
    {
        if (!console.Profile.Capabilities.Interactive)
            return work(new Lines<TProgress>(this, describe, leastBetween));
        return console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new Bar<TProgress>(context.AddTask(title, maxValue: 1), this, describe)));
    }

    private sealed class Curve(LiveDisplayContext context, LossCurve curve, TrainingDisplay display) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(250);
        private long _drawn;

        public void Report(TrainingProgress value)
        {
            if (NoteOf(value) is { } note)
                display.Note(note);
            else
                curve.Add(value.Fraction, value.Loss);
            if (_drawn != 0 && Stopwatch.GetElapsedTime(_drawn) < s_refresh && value.Fraction < 1)
                return;
            _drawn = Stopwatch.GetTimestamp();
            context.UpdateTarget(new Text(string.Join('\n', curve.Rows().Append(string.Create(CultureInfo.InvariantCulture, $"{value.Fraction,6:P0}  {ProgressText.Of(value)}")))));
        }
    }

    private sealed class Lines<TProgress>(TrainingDisplay display, Func<TProgress, (double Fraction, string Text, string? Note)> describe, TimeSpan leastBetween) : IProgress<TProgress>
    {
        private double _next;
        private long? _written;

        public void Report(TProgress value)
        {
            (double fraction, string text, string? note) = describe(value);
            if (note is not null)
                display.Note(note);
            if (note is not null || fraction < _next || (_written is { } before && Stopwatch.GetElapsedTime(before) < leastBetween))
                return;
            (_next, _written) = (fraction + LineEvery, Stopwatch.GetTimestamp());
            display.Note(text);
        }
    }

    private sealed class Bar<TProgress>(ProgressTask bar, TrainingDisplay display, Func<TProgress, (double Fraction, string Text, string? Note)> describe) : IProgress<TProgress>
    {
        public void Report(TProgress value)
        {
            (double fraction, string text, string? note) = describe(value);
            (bar.Value, bar.Description) = (fraction, text.EscapeMarkup());
            if (note is not null)
                display.Note(note);
        }
    }
}
