using System.Text;
using AcademicBert.Reports.Tables;

namespace AcademicBert.Reports.Documents;

/// <summary>Writes a report in Markdown; figures are files beside it.</summary>
internal static class MarkdownWriter
{
    /// <summary>The text.</summary>
    /// <param name="document">The report.</param>
    /// <param name="figureFile">The path of a figure's file, by its name.</param>
    public static string Write(Document document, Func<string, string> figureFile)
    {
        var text = new StringBuilder().Append($"# {Plain(document.Title)}\n");
        foreach (Section section in document.Sections)
        {
            text.Append($"\n## {Plain(section.Title)}\n");
            foreach (Block block in section.Blocks)
                text.Append('\n').Append(Of(block, figureFile)).Append('\n');
        }

        return text.ToString();
    }

    private static string Of(Block block, Func<string, string> figureFile) => block switch
    {
        KeyFigures key => Of(new Table("", [new(""), Column.Number("")], [.. key.Figures.Select(figure => new Row([figure.Name, figure.Value]))])),
        Paragraph paragraph => Plain(paragraph.Text),
        CommandBlock command => $"**{command.Title}**\n\n{Fence(command.Command)}\n{command.Command}\n{Fence(command.Command)}",
        TableBlock table => Of(table.Table),
        FigureBlock figure => $"![{figure.Figure.Caption}]({figureFile(figure.Figure.Name)})\n\n{figure.Figure.Caption}",
        _ => throw new ArgumentException($"Markdown cannot show a {block.GetType().Name}.", nameof(block)),
    };

    private static string Of(Table table)
    {
        var lines = new List<string>();
        if (table.Title.Length > 0)
            lines.AddRange([$"**{Plain(table.Title)}**", ""]);
        lines.Add(Line(table.Columns.Select(column => column.Name)));
        lines.Add(Line(table.Columns.Select(column => column.IsNumber ? "---:" : "---")));
        lines.AddRange(table.Rows.Select(row => Line(row.Cells.Select(cell => row.IsBest && cell.Length > 0 ? $"**{cell}**" : cell))));
        if (table.Note is { } note)
            lines.AddRange(["", note]);
        return string.Join('\n', lines);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(Cell))} |";

    private static string Cell(string text) => Plain(text).Replace("|", "\\|", StringComparison.Ordinal);

    // Names of classes and runs may be anything; what they stand in is one line, and no HTML.
    private static string Plain(string text) =>
        text.ReplaceLineEndings(" ").Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    // Longer than any within, which would end it.
    private static string Fence(string command)
    {
        int longest = 2, ticks = 0;
        foreach (char letter in command)
        {
            ticks = letter == '`' ? ticks + 1 : 0;
            longest = Math.Max(longest, ticks);
        }

        return new string('`', longest + 1);
    }
}
