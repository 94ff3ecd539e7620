using AcademicBert.ML.Hosting;
using Microsoft.ML;

namespace AcademicBert.Scoring;

/// <summary>Reads one or two text columns of each row and scores them together.</summary>
internal sealed class TextScorer(TextColumns columns, DataViewRow input, Func<IReadOnlyList<EncodedInput>, float[][]> score, Func<TextScorer, int, Func<int>, Delegate> makeGetter) : IBatchScorer
{
    private readonly TextColumns.Reader _reader = columns.Open(input);
    private readonly List<EncodedInput> _inputs = [];

    /// <summary>The vectors of the rows that were scored last.</summary>
    public float[][] Results { get; private set; } = [];

    public void Clear() => _inputs.Clear();

    public void Add() => _inputs.Add(_reader.Read());

    public void Score() => Results = score(_inputs);

    public Delegate MakeGetter(int output, Func<int> row) => makeGetter(this, output, row);

    public void Dispose()
    {
    }
}
