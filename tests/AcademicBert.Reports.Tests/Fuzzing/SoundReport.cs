using System.Text.RegularExpressions;
using System.Xml.Linq;
using AcademicBert.Reports.Documents;
using AcademicBert.Reports.Drawing;
using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Sources;

namespace AcademicBert.Reports.Tests.Fuzzing;

/// <summary>What a report is, whatever its folders hold: text stays text, and what is drawn has a place.</summary>
internal static partial class SoundReport
{
    private static readonly HashSet<string> s_elements =
    [
        "html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3", "p", "pre", "dl", "div", "dt", "dd", "details", "summary",
        "table", "thead", "tbody", "tr", "th", "td", "figure", "img", "figcaption",
    ];

    private static readonly HashSet<string> s_attributes = ["lang", "charset", "name", "content", "class", "alt", "src"], s_classes = ["charts", "table", "best", "number", "note"];

    private static readonly HashSet<string> s_places = ["d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "transform", "viewBox", "stroke-width", "font-size"];

    /// <summary>Makes the page and the Markdown, with the charts' data instead of their pictures.</summary>
    /// <exception cref="InvalidOperationException">They are not what a report is.</exception>
    public static void Write(IReadOnlyList<string> folders)
    {
        Document document = ReportDocument.Of(Open(folders));
        foreach (Chart chart in Charts(document))
            Check(chart);
        Check(HtmlWriter.Write(document, _ => "<svg/>"));
        CheckMarkdown(MarkdownWriter.Write(document, name => $"{name}.png"));
    }

    /// <summary>Draws every chart, in memory and as SVG.</summary>
    /// <exception cref="InvalidOperationException">A drawing is not sound.</exception>
    public static void Draw(IReadOnlyList<string> folders)
    {
        foreach (Chart chart in Charts(ReportDocument.Of(Open(folders))))
            CheckSvg(FigureDrawing.Svg([chart]));
    }

    // Of ArgumentException this is the only documented one, and no other is to pass for it.
    private static ReportSources Open(IReadOnlyList<string> folders)
    {
        try
        {
            return ReportSources.Open(folders);
        }
        catch (ArgumentException error) when (error.Message.Contains("holds nothing to report on", StringComparison.Ordinal))
        {
            throw new InvalidDataException(error.Message);
        }
    }

    private static IEnumerable<Chart> Charts(Document document) => document.Sections.SelectMany(section => section.Blocks).OfType<FigureBlock>().SelectMany(block => block.Figure.Charts);

    private static void Check(Chart chart)
    {
        bool isDrawn = chart switch
        {
            LineChart lines => lines.Lines.SelectMany(line => line.Points).All(point => point.CanBeDrawn),
            ScatterChart scatter => scatter.Points.All(point => point.CanBeDrawn),
            BoxChart boxes => boxes.Boxes.SelectMany(box => box.Values).All(Point.IsDrawn),
            _ => false,
        };
        if (!isDrawn)
            throw new InvalidOperationException($"'{chart.Title}' has points that are nowhere.");
    }

    private static void Check(string page)
    {
        XElement html = XDocument.Parse(page).Root!;
        foreach (XElement element in html.DescendantsAndSelf())
        {
            if (!s_elements.Contains(element.Name.ToString()))
                throw new InvalidOperationException($"The page has an element <{element.Name}>.");
            foreach (XAttribute attribute in element.Attributes())
            {
                if (!s_attributes.Contains(attribute.Name.ToString()) || (attribute.Name == "class" && !s_classes.Contains(attribute.Value)) || (attribute.Name == "src" && !attribute.Value.StartsWith("data:image/svg+xml;base64,", StringComparison.Ordinal)))
                    throw new InvalidOperationException($"The page has an attribute {attribute}.");
            }
        }

        if (html.DescendantNodes().Any(node => node is not (XElement or XText) or XCData) || html.Descendants("style").Count() != 1)
            throw new InvalidOperationException("The page has more than elements and text, or more than one style.");
    }

    private static void CheckMarkdown(string text)
    {
        int fence = 0;
        foreach (string line in text.Split('\n'))
        {
            int ticks = line.Length - line.TrimStart('`').Length;
            if (fence > 0 && ticks >= fence && ticks == line.TrimEnd().Length)
                fence = 0;
            else if (fence == 0 && ticks >= 3)
                fence = ticks;
            else if (fence == 0 && line.Contains('<', StringComparison.Ordinal))
                throw new InvalidOperationException("The Markdown holds HTML.");
        }

        if (fence > 0)
            throw new InvalidOperationException("The Markdown ends within a command.");
    }

    private static void CheckSvg(string svg)
    {
        foreach (XAttribute attribute in XElement.Parse(svg).DescendantsAndSelf().Attributes())
        {
            if (s_places.Contains(attribute.Name.LocalName) && NoNumber().IsMatch(attribute.Value))
                throw new InvalidOperationException($"The drawing has {attribute.Name}=\"{attribute.Value[..Math.Min(80, attribute.Value.Length)]}\".");
        }
    }

    [GeneratedRegex("nan|inf", RegexOptions.IgnoreCase)]
    private static partial Regex NoNumber();
}
