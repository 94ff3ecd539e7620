using System.Xml.Linq;
using AcademicBert.Reports.Drawing;
using AcademicBert.Reports.Figures;
using SkiaSharp;

namespace AcademicBert.Reports.Tests.Drawing;

[TestClass]
public sealed class FigureDrawingTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private static readonly LineChart s_lines = new("Loss", "steps", "nats", [new Line("first", 0, [new Point(0, 1, 0.5, 1.5), new Point(1, 2, 1.5, 2.5)]), new Line("second", 1, [new Point(0, 3), new Point(1, 2)]) { Marked = true }]);

    private static readonly BoxChart s_boxes = new("Spread", "batch", "nats", [new Box("16", [1, 2, 3, 4]), new Box("32", [2])]);

    [TestMethod]
    public void Png_OneChartOrSeveral_HasTheirSizeAndColours()
    {
        using SKBitmap one = SKBitmap.Decode(FigureDrawing.Png([s_lines]));
        Assert.AreEqual((960, 600), (one.Width, one.Height));
        Assert.IsGreaterThan(100, Count(one, "#0072B2"), "the first line");
        Assert.IsGreaterThan(100, Count(one, "#D55E00"), "the second line");
        using SKBitmap three = SKBitmap.Decode(FigureDrawing.Png([s_boxes, s_boxes, s_lines]));
        Assert.AreEqual((1920, 1200), (three.Width, three.Height));
        Assert.IsTrue(three.GetPixel(1900, 1180) == SKColors.White || three.GetPixel(1900, 1180).Alpha == 0, "the fourth place is empty");
        Assert.IsGreaterThan(50, Count(three, "#0072B2", new SKRectI(0, 0, 960, 600)), "charts do not clear each other");
    }

    [TestMethod]
    public void Svg_Lines_HoldsSeriesAndTheirNames()
    {
        XElement svg = XElement.Parse(FigureDrawing.Svg([s_lines]));
        Assert.AreEqual(s_svg + "svg", svg.Name);
        Assert.AreEqual("0 0 480 300", (string?)svg.Attribute("viewBox"));
        string[] strokes = [.. svg.Descendants(s_svg + "path").Select(path => (string?)path.Attribute("stroke") ?? "")];
        Assert.Contains("#0072B2", strokes);
        Assert.Contains("#D55E00", strokes);
        Assert.IsTrue(svg.Descendants(s_svg + "path").Any(path => (string?)path.Attribute("fill") == "#0072B2"), "the spread of the first");
        RequireFont();
        string[] texts = [.. svg.Descendants(s_svg + "text").Select(text => text.Value)];
        foreach (string text in (string[])["Loss", "steps", "nats", "first", "second"])
            Assert.Contains(text, texts);
    }

    [TestMethod]
    public void Svg_FarthestThatIsDrawn_HasAPlace()
    {
        LineChart far = new("Loss", "steps", "nats", [new Line(null, 0, [new Point(-1e100, -1e100), new Point(1e100, 1e100)])]);
        Assert.IsTrue(far.Lines[0].Points.All(point => point.CanBeDrawn));
        Assert.DoesNotContain("nan", FigureDrawing.Svg([far]), StringComparison.OrdinalIgnoreCase);
        Assert.IsFalse(new Point(0, 1.1e100).CanBeDrawn || new Point(double.NaN, 0).CanBeDrawn || new Point(0, 0, double.NegativeInfinity, 0).CanBeDrawn);
    }

    [TestMethod]
    public void Svg_Boxes_HoldsABoxForEachValueAndAPointForEachFigure()
    {
        XElement svg = XElement.Parse(FigureDrawing.Svg([s_boxes]));
        Assert.HasCount(5, svg.Descendants().Where(shape => shape.Name.LocalName is "ellipse" or "circle"));
        RequireFont();
        string[] texts = [.. svg.Descendants(s_svg + "text").Select(text => text.Value)];
        Assert.Contains("16", texts);
        Assert.Contains("32", texts);
    }

    [TestMethod]
    public void Svg_OnePointOrEqualPoints_IsDrawn()
    {
        foreach (Point[] points in (Point[][])[[new Point(3, 3)], [new Point(1, 5), new Point(2, 5)], [new Point(0, 0)]])
        {
            XElement svg = XElement.Parse(FigureDrawing.Svg([new LineChart("t", "x", "y", [new Line(null, 0, points)]) { FromZero = true }]));
            Assert.IsTrue(svg.Descendants().Any(shape => ((string?)shape.Attribute("fill") ?? (string?)shape.Attribute("stroke")) == "#0072B2" || (string?)shape.Attribute("stroke") == "#0072B2"));
            Assert.DoesNotContain("NaN", svg.ToString());
        }
    }

    [TestMethod]
    public void Svg_NoExternalReference_AndTheSameEachTime()
    {
        string svg = FigureDrawing.Svg([s_lines, s_boxes]);
        Assert.AreEqual(svg, FigureDrawing.Svg([s_lines, s_boxes]));
        Assert.IsEmpty(XElement.Parse(svg).DescendantsAndSelf().Attributes().Where(attribute => attribute.Name.LocalName == "href"));
    }

    [TestMethod]
    [DataRow(0.0015, 0.002, "1.5E-3")]
    [DataRow(0, 0.002, "0")]
    [DataRow(40000, 48000, "40,000")]
    [DataRow(2.5, 8, "2.5")]
    public void TickLabel_Size_HasAFormThatSuitsIt(double value, double largest, string label) => Assert.AreEqual(label, ChartPlot.Label(value, largest));

    [TestMethod]
    public void Font_Installed_IsAPlainOneIfThereIsAny()
    {
        Assert.AreEqual("DejaVu Sans", ReportFont.Choose(["Comic", "DejaVu Serif", "DejaVu Sans"]));
        Assert.AreEqual("Comic", ReportFont.Choose(["Comic"]));
        Assert.IsNull(ReportFont.Choose([""]), "what SkiaSharp tells where there is none");
    }

    private static void RequireFont()
    {
        if (!Report.HasFont)
            Assert.Inconclusive("Skipped: no font is installed, so figures have no text.");
    }

    private static int Count(SKBitmap bitmap, string color, SKRectI? part = null)
    {
        SKColor wanted = SKColor.Parse(color);
        SKRectI area = part ?? new SKRectI(0, 0, bitmap.Width, bitmap.Height);
        return Enumerable.Range(area.Top, area.Height).Sum(y => Enumerable.Range(area.Left, area.Width).Count(x => bitmap.GetPixel(x, y) == wanted));
    }
}
