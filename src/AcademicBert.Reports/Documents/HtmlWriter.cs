using System.Text;
using System.Xml;
using System.Xml.Linq;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Tables;

namespace AcademicBert.Reports.Documents;

/// <summary>Writes a report as one page that needs nothing beside it: style and figures are within. It is also well-formed XML.</summary>
internal static class HtmlWriter
{
    private const string Style = "AcademicBert.Reports.page.css";

    /// <summary>The page.</summary>
    /// <param name="document">The report.</param>
    /// <param name="draw">Draws a chart as SVG.</param>
    public static string Write(Document document, Func<Chart, string> draw)
    {
        var page = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", document.Title),
                new XElement("style", Css())),
            new XElement("body", new XElement("main", new XElement("h1", document.Title), document.Sections.Select(section => Of(section, draw)))));
        foreach (XText text in page.DescendantNodes().OfType<XText>())
            text.Value = Legal(text.Value);
        foreach (XAttribute attribute in page.Descendants().Attributes())
            attribute.Value = Legal(attribute.Value);
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    // Names come from files of all kinds; a page, as XML, cannot hold most control characters and halves of surrogate pairs.
    private static string Legal(string text)
    {
        try
        {
            return XmlConvert.VerifyXmlChars(text);
        }
        catch (XmlException)
        {
            return string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\ufffd" : rune.ToString()));
        }
    }

    private static XElement Of(Section section, Func<Chart, string> draw) => new("section", new XElement("h2", section.Title), section.Blocks.Select(block => Of(block, draw)));

    private static XElement Of(Block block, Func<Chart, string> draw) => block switch
    {
        KeyFigures key => new XElement("dl", key.Figures.Select(figure => new XElement("div", new XElement("dt", figure.Name), new XElement("dd", figure.Value)))),
        Paragraph paragraph => new XElement("p", paragraph.Text),
        CommandBlock command => new XElement("div", new XElement("h3", command.Title), new XElement("pre", command.Command)),
        TableBlock { IsFolded: true } folded => new XElement("details", new XElement("summary", folded.Table.Title), Of(folded.Table)),
        TableBlock table => new XElement("div", new XElement("h3", table.Table.Title), Of(table.Table)),
        FigureBlock figure => new XElement(
            "figure", new XElement("div", new XAttribute("class", "charts"), figure.Figure.Charts.Select(chart => Of(chart, draw(chart)))), new XElement("figcaption", figure.Figure.Caption)),
        _ => throw new ArgumentException($"A page cannot show a {block.GetType().Name}.", nameof(block)),
    };

    // As an image, so that names within one chart do not meet those of another.
    private static XElement Of(Chart chart, string svg) => new(
        "img", new XAttribute("alt", $"{chart.Title}: {chart.YLabel} by {chart.XLabel}"), new XAttribute("src", "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))));

    private static IEnumerable<XElement> Of(Table table)
    {
        yield return new XElement(
            "div",
            new XAttribute("class", "table"),
            new XElement(
                "table",
                table.Columns.Any(column => column.Name.Length > 0) ? new XElement("thead", new XElement("tr", table.Columns.Select(column => Cell("th", column.Name, column)))) : null,
                new XElement("tbody", table.Rows.Select(row => new XElement("tr", row.IsBest ? new XAttribute("class", "best") : null, row.Cells.Zip(table.Columns, (cell, column) => Cell("td", cell, column)))))));
        if (table.Note is { } note)
            yield return new XElement("p", new XAttribute("class", "note"), note);
    }

    // Content, if empty: an empty element without an end tag would stay open.
    private static XElement Cell(string kind, string text, Column column) => new(kind, column.IsNumber ? new XAttribute("class", "number") : null, text);

    private static string Css()
    {
        using var reader = new StreamReader(typeof(HtmlWriter).Assembly.GetManifestResourceStream(Style)!);
        return reader.ReadToEnd();
    }
}
