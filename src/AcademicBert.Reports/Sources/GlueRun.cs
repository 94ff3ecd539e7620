using AcademicBert.Glue;

namespace AcademicBert.Reports.Sources;

/// <summary>A model's results on GLUE.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Report">The results.</param>
internal sealed record GlueRun(string Name, string Folder, GlueReport Report);
