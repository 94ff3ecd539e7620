using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>Reads a batch ahead, keeps the passed-through values of its rows, and scores it when the first added value is asked for.</summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private readonly AppendedSchema _schema;
    private readonly DataViewRowCursor _input;
    private readonly ColumnDemand _demand;
    private readonly IBatchScorer _scorer;
    private readonly ColumnBuffer?[] _passed;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _rows, _row;
    private long _position = -1;
    private bool _scored, _ended;

    public BatchCursor(BatchTransformer transformer, AppendedSchema schema, DataViewRowCursor input, ColumnDemand demand)
    {
        (_schema, _input, _demand) = (schema, input, demand);
        int size = transformer.BatchSize;
        _ids = new DataViewRowId[size];
        _batches = new long[size];
        _readId = input.GetIdGetter();
        _passed = [.. schema.Input.Select(column => demand.Active[column.Index] ? ColumnBuffer.Create(input, column, size) : null)];
        _scorer = transformer.MakeScorer(input, size);
    }

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _position;

    public override long Batch => _position < 0 ? _input.Batch : _batches[_row];

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (_position >= 0 && _row + 1 < _rows)
            _row++;
        else if (!ReadBatch())
            return false;
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _demand.Active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        RequireRow();
        id = _ids[_row];
    };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _demand.Require(column);
        int added = _schema.AddedIndex(column);
        if (added < 0)
        {
            ValueGetter<TValue> passed = Getters.As<TValue>(_passed[column.Index]!.MakeGetter(() => _row), column);
            return (ref TValue value) =>
            {
                RequireRow();
                passed(ref value);
            };
        }

        ValueGetter<TValue> scored = Getters.As<TValue>(_scorer.MakeGetter(added, () => _row), column);
        return (ref TValue value) =>
        {
            RequireRow();
            if (!_scored)
            {
                _scorer.Score();
                _scored = true;
            }

            scored(ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scorer.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool ReadBatch()
    {
        (_rows, _row, _scored) = (0, 0, false);
        _scorer.Clear();
        while (_rows < _ids.Length && _input.MoveNext())
        {
            foreach (ColumnBuffer? buffer in _passed)
                buffer?.Read(_rows);
            _readId(ref _ids[_rows]);
            _batches[_rows] = _input.Batch;
            _scorer.Add();
            _rows++;
        }

        if (_rows > 0)
            return true;
        (_ended, _position) = (true, -1);
        return false;
    }

    private void RequireRow()
    {
        if (_position < 0)
            throw new InvalidOperationException("A value can be read only after MoveNext returned true.");
    }
}
