using AcademicBert.Reports;

namespace AcademicBert.Cli.Display;

/// <summary>The report that a run ends with.</summary>
internal static class RunReport
{
    /// <summary>Writes it into the run folder. A run is not to fail at its end for a page: the report command can make it later.</summary>
    public static void Write(string run, Action<string> note)
    {
        try
        {
            Report.Write([run], run);
            note($"Report: {Path.Combine(run, Report.PageFile)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            note($"There is no report: {error.Message}");
        }
    }
}
