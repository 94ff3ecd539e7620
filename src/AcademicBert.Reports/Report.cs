using AcademicBert.Files;
using AcademicBert.Reports.Documents;
using AcademicBert.Reports.Drawing;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports;

/// <summary>Reports on folders of runs: a page, the same in Markdown, and every figure as PNG and SVG.</summary>
public static class Report
{
    /// <summary>Name of the page.</summary>
    public const string PageFile = "report.html";

    /// <summary>Name of the Markdown file.</summary>
    public const string MarkdownFile = "report.md";

    /// <summary>Name of the folder of figures.</summary>
    public const string FiguresFolder = "figures";

    /// <summary>Whether this machine has a font; without one, figures have lines but no text.</summary>
    public static bool HasFont => ReportFont.Family is not null;

    /// <summary>Writes a report on everything that folders hold. All of it is made before the first file is written.</summary>
    /// <param name="folders">Folders of runs of pretraining and fine-tuning, searches, GLUE runs and step benchmarks, in any order; or folders of such folders.</param>
    /// <param name="output">The folder to write to; made if it is not there, other files in it stay.</param>
    /// <param name="log">Told of folders that hold nothing to report on; they are left out where another does.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="ArgumentException">There is no such folder, or nothing to report on in any; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read; the message names it.</exception>
    public static IReadOnlyList<string> Write(IReadOnlyList<string> folders, string output, Action<string>? log = null)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentException.ThrowIfNullOrEmpty(output);
        Document document = ReportDocument.Of(ReportSources.Open(folders, log));
        var files = new List<(string Name, byte[] Content)>();
        foreach (Figure figure in document.Sections.SelectMany(section => section.Blocks).OfType<FigureBlock>().Select(block => block.Figure))
        {
            files.Add((Path.Combine(FiguresFolder, figure.Name + ".png"), FigureDrawing.Png(figure.Charts)));
            files.Add((Path.Combine(FiguresFolder, figure.Name + ".svg"), Bytes(FigureDrawing.Svg(figure.Charts))));
        }

        files.Add((PageFile, Bytes(HtmlWriter.Write(document, chart => FigureDrawing.Svg([chart])))));
        files.Add((MarkdownFile, Bytes(MarkdownWriter.Write(document, name => $"{FiguresFolder}/{name}.png"))));
        return [.. files.Select(file => Save(Path.Combine(output, file.Name), file.Content))];
    }

    private static string Save(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        NewFile.Write(path, stream => stream.Write(content));
        return path;
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
