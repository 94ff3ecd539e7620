using System.Globalization;

namespace AcademicBert.Reports;

/// <summary>Numbers as text, the same in every culture.</summary>
internal static class Numbers
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "–";

    /// <summary>A loss in nats, such as 1.717.</summary>
    public static string Loss(double? loss) => loss is { } value ? double.IsFinite(value) ? Text($"{value:F3}") : "diverged" : None;

    /// <summary>A share in percent, such as 38.9 %.</summary>
    public static string Percent(double? share) => share is { } value && double.IsFinite(value) ? Text($"{100 * value:F1} %") : None;

    /// <summary>A score from 0 to 1 as GLUE prints it, such as 84.4.</summary>
    public static string Score(double? score) => score is { } value ? Text($"{100 * value:F1}") : None;

    /// <summary>A figure with three digits that matter, such as 1,081 or 83.4 or 0.52.</summary>
    public static string Figure(double? figure) => figure switch
    {
        null => None,
        { } value when !double.IsFinite(value) => None,
        { } value => value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", _ => "N2" }, CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number, such as 768,000.</summary>
    public static string Count(double count) => Text($"{count:N0}");

    /// <summary>A small number as it is written in options, such as 0.002 or 1E-06.</summary>
    public static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Bytes in gigabytes.</summary>
    public static string Gigabytes(double bytes) => Text($"{bytes / 1e9:F1} GB");

    /// <summary>A length of time, such as 27:31, 1:05:00 or 2.03:00:00 for two days and three hours.</summary>
    public static string Time(double seconds) =>
        !(Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds) ? None : TimeSpan.FromSeconds(seconds).ToString(seconds >= 86400 ? @"d\.hh\:mm\:ss" : seconds >= 3600 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>Formats with the invariant culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
