namespace AcademicBert.Reports.Figures;

/// <summary>A unit of time that suits the length of an axis.</summary>
/// <param name="Name">The unit.</param>
/// <param name="Seconds">Its seconds.</param>
internal sealed record TimeAxis(string Name, double Seconds)
{
    /// <summary>The unit for a longest time.</summary>
    public static TimeAxis For(double seconds) => seconds switch
    {
        < 180 => new("s", 1),
        < 3 * 3600 => new("min", 60),
        < 4 * 86400 => new("h", 3600),
        _ => new("days", 86400),
    };

    /// <summary>Name of an axis of training time.</summary>
    public string Label => $"training time ({Name})";
}
