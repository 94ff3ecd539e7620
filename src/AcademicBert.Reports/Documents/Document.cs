using AcademicBert.Reports.Figures;
using AcademicBert.Reports.Tables;

namespace AcademicBert.Reports.Documents;

/// <summary>A report, before it is a file of some kind.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Sections">Its sections, in order.</param>
internal sealed record Document(string Title, IReadOnlyList<Section> Sections);

/// <summary>A section.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">What it consists of.</param>
internal sealed record Section(string Title, IReadOnlyList<Block> Blocks);

/// <summary>A part of a section.</summary>
internal abstract record Block;

/// <summary>Figures that are to be seen at once: names and values.</summary>
internal sealed record KeyFigures(IReadOnlyList<(string Name, string Value)> Figures) : Block;

/// <summary>A paragraph.</summary>
internal sealed record Paragraph(string Text) : Block;

/// <summary>A command to copy.</summary>
internal sealed record CommandBlock(string Title, string Command) : Block;

/// <summary>A table; a long one is folded where that can be done.</summary>
internal sealed record TableBlock(Table Table, bool IsFolded = false) : Block;

/// <summary>A figure.</summary>
internal sealed record FigureBlock(Figure Figure) : Block;
