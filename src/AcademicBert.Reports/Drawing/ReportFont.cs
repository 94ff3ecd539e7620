using SkiaSharp;

namespace AcademicBert.Reports.Drawing;

/// <summary>The font of figures: one of this machine, which may have none.</summary>
internal static class ReportFont
{
    // Plain faces that systems come with.
    private static readonly string[] s_preferred = ["Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "Liberation Sans", "Open Sans", "Roboto", "Arial", "Verdana"];

    /// <summary>Its family; null: this machine has no fonts, and figures have no text.</summary>
    public static string? Family { get; } = Choose(SKFontManager.Default.FontFamilies);

    internal static string? Choose(IEnumerable<string> installed)
    {
        // Without fonts there is one family, without a name and without glyphs.
        string[] families = [.. installed.Where(family => family.Length > 0)];
        return s_preferred.FirstOrDefault(family => families.Contains(family, StringComparer.OrdinalIgnoreCase)) ?? families.FirstOrDefault();
    }
}
