using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>A view whose added columns are scored in batches as rows are read.</summary>
internal sealed class BatchDataView(BatchTransformer transformer, IDataView source, AppendedSchema schema) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => schema.Output;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ColumnDemand demand = schema.Demand(columnsNeeded);
        return Cursor(source.GetRowCursor(demand.Read, rand), demand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ColumnDemand demand = schema.Demand(columnsNeeded);
        if (demand.Scores)
            n = n <= 0 ? transformer.MaxCursors : Math.Min(n, transformer.MaxCursors);
        DataViewRowCursor[] cursors = n == 1 ? [source.GetRowCursor(demand.Read, rand)] : source.GetRowCursorSet(demand.Read, n, rand);
        return Array.ConvertAll(cursors, cursor => Cursor(cursor, demand));
    }

    private DataViewRowCursor Cursor(DataViewRowCursor input, ColumnDemand demand) =>
        demand.Scores ? new BatchCursor(transformer, schema, input, demand) : new PassThroughCursor(schema, input, demand);

    /// <summary>Rows of the source as they are, when none of the added columns is asked for.</summary>
    private sealed class PassThroughCursor(AppendedSchema schema, DataViewRowCursor input, ColumnDemand demand) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema.Output;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => demand.Active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            demand.Require(column);
            return input.GetGetter<TValue>(schema.Input[column.Index]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
