using System.Text;
using System.Xml.Linq;
using AcademicBert.Reports.Figures;
using ScottPlot;
using SkiaSharp;

namespace AcademicBert.Reports.Drawing;

/// <summary>Figures as files: their charts two in a row.</summary>
internal static class FigureDrawing
{
    private const int Width = 480, Height = 300, PngScale = 2;

    /// <summary>Draws a PNG, at twice the size of the SVG.</summary>
    public static byte[] Png(IReadOnlyList<Chart> charts)
    {
        SKSizeI size = Size(charts);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(size.Width * PngScale, size.Height * PngScale));
        surface.Canvas.Scale(PngScale);
        Draw(charts, surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Draws an SVG.</summary>
    public static string Svg(IReadOnlyList<Chart> charts)
    {
        SKSizeI size = Size(charts);
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(size.Width, size.Height), stream))
            Draw(charts, canvas);
        XElement svg = XDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).Root!;
        Tidy(svg, size);
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static void Tidy(XElement svg, SKSizeI size)
    {
        // So that it scales, and reads well where this machine's font is not installed.
        svg.SetAttributeValue("viewBox", Numbers.Text($"0 0 {size.Width} {size.Height}"));
        foreach (XElement text in svg.Descendants(svg.Name.Namespace + "text"))
        {
            text.Value = text.Value.Trim();
            if (text.Attribute("font-family") is { } family)
                family.Value += ", Verdana, Arial, sans-serif";
        }

        // Clearing with no colour is drawn as a black rectangle.
        svg.Descendants(svg.Name.Namespace + "rect").Where(rect => rect.Parent!.Name.LocalName != "clipPath" && rect.Attribute("fill") is null && rect.Attribute("stroke") is null).Remove();

        // Names are counted over the whole process; the same figure is to be the same file.
        var names = svg.Descendants().Attributes("id").Select((id, index) => (Old: id.Value, New: Numbers.Text($"c{index}"))).ToDictionary(name => name.Old, name => name.New);
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            if (attribute.Name.LocalName == "id")
                attribute.Value = names[attribute.Value];
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
                attribute.Value = $"url(#{names[attribute.Value[5..^1]]})";
        }
    }

    private static SKSizeI Size(IReadOnlyList<Chart> charts) => new(Width * Math.Min(2, charts.Count), Height * ((charts.Count + 1) / 2));

    private static void Draw(IReadOnlyList<Chart> charts, SKCanvas canvas)
    {
        for (int i = 0; i < charts.Count; i++)
        {
            float left = i % 2 * Width, top = i / 2 * Height;
            using Plot plot = ChartPlot.Of(charts[i]);
            // The first drawing settles the layout, if need be by drawing twice, which an SVG would keep.
            plot.RenderInMemory(Width, Height);
            canvas.Save();
            canvas.Translate(left, top);
            canvas.ClipRect(SKRect.Create(Width, Height)); // a plot begins by clearing what it may draw on
            plot.Render(canvas, new PixelRect(0, Width, Height, 0));
            canvas.Restore();
        }
    }
}
