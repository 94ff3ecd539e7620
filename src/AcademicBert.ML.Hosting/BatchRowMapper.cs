using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>Maps single rows: what prediction engines use. A batch is one row.</summary>
internal sealed class BatchRowMapper(BatchTransformer transformer, AppendedSchema schema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => schema.Input;

    public DataViewSchema OutputSchema => schema.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => schema.Demand(dependingColumns).Read;

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ReferenceEquals(input.Schema, schema.Input))
            throw new ArgumentException("The row has another schema than the mapper was made for.", nameof(input));
        return new MappedRow(transformer, schema, input, schema.Demand(activeColumns));
    }

    private sealed class MappedRow(BatchTransformer transformer, AppendedSchema schema, DataViewRow input, ColumnDemand demand) : DataViewRow
    {
        private readonly IBatchScorer? _scorer = demand.Scores ? transformer.MakeScorer(input, 1) : null;
        private long _scored = -1;

        public override DataViewSchema Schema => schema.Output;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => demand.Active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            demand.Require(column);
            int added = schema.AddedIndex(column);
            if (added < 0)
                return input.GetGetter<TValue>(schema.Input[column.Index]);
            ValueGetter<TValue> result = Getters.As<TValue>(_scorer!.MakeGetter(added, () => 0), column);
            return (ref TValue value) =>
            {
                Score();
                result(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _scorer?.Dispose();
                input.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Score()
        {
            if (_scored == input.Position)
                return;
            _scorer!.Clear();
            _scorer.Add();
            _scorer.Score();
            _scored = input.Position;
        }
    }
}
