namespace AcademicBert.Reports.Tables;

/// <summary>A table of the report.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows, a cell for each column.</param>
/// <param name="Note">What a reader has to know, below it; null: nothing.</param>
internal sealed record Table(string Title, IReadOnlyList<Column> Columns, IReadOnlyList<Row> Rows, string? Note = null);

/// <summary>A column.</summary>
/// <param name="Name">Its head.</param>
/// <param name="IsNumber">Whether it holds numbers, which stand to the right.</param>
internal sealed record Column(string Name, bool IsNumber = false)
{
    public static Column Number(string name) => new(name, IsNumber: true);
}

/// <summary>A row.</summary>
/// <param name="Cells">Its texts.</param>
/// <param name="IsBest">Whether it is the one that was chosen.</param>
internal sealed record Row(IReadOnlyList<string> Cells, bool IsBest = false);
