using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>An input schema with columns added to it, and what has to be read for what is asked for.</summary>
internal sealed class AppendedSchema
{
    private readonly DataViewSchema.Column[] _scored;

    public AppendedSchema(DataViewSchema input, IEnumerable<DataViewSchema.DetachedColumn> added, IEnumerable<string> scoredColumns)
    {
        Input = input;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumns(added);
        Output = builder.ToSchema();
        _scored = [.. scoredColumns.Select(name => input[name])];
    }

    /// <summary>The schema of the source.</summary>
    public DataViewSchema Input { get; }

    /// <summary>The schema with the added columns at the end; an added column hides one of the same name.</summary>
    public DataViewSchema Output { get; }

    /// <summary>Index of an output column among the added ones; negative for a column of the input.</summary>
    public int AddedIndex(DataViewSchema.Column column) => column.Index - Input.Count;

    /// <summary>Splits what is asked for into what to read and whether to score.</summary>
    public ColumnDemand Demand(IEnumerable<DataViewSchema.Column> wanted)
    {
        var active = new bool[Output.Count];
        foreach (DataViewSchema.Column column in wanted)
            active[column.Index] = true;
        bool scores = active.AsSpan(Input.Count).Contains(true);
        var read = active.AsSpan(0, Input.Count).ToArray();
        if (scores)
        {
            foreach (DataViewSchema.Column column in _scored)
                read[column.Index] = true;
        }

        return new ColumnDemand(active, scores, [.. Input.Where(column => read[column.Index])]);
    }
}

/// <summary>What a consumer asks a view for.</summary>
/// <param name="Active">For each output column, whether it is asked for.</param>
/// <param name="Scores">Whether any of the added columns is.</param>
/// <param name="Read">The columns to read from the source.</param>
internal sealed record ColumnDemand(bool[] Active, bool Scores, IReadOnlyList<DataViewSchema.Column> Read)
{
    /// <summary>Throws when a column is used that was not asked for.</summary>
    public void Require(DataViewSchema.Column column)
    {
        if (!Active[column.Index])
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor or row was made.");
    }
}
