using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.ML.Hosting;

/// <summary>
/// Base of transformers that add columns computed in batches. Scoring is lazy: nothing is computed until a value is asked for, only
/// the columns that are needed are read, and one batch is read ahead. The same scorer serves <see cref="PredictionEngine{TSrc, TDst}"/>.
/// Saved models load in any process without registration; see <see cref="ModelPartAttribute"/>.
/// </summary>
public abstract class BatchTransformer : ITransformer, IDisposable
{
    /// <summary>Makes the base.</summary>
    /// <param name="environment">The environment, usually an <see cref="MLContext"/>.</param>
    /// <param name="name">Name of the component in logs.</param>
    protected BatchTransformer(IHostEnvironment environment, string name)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Host = environment.Register(name);
    }

    /// <summary>The component's place in the environment.</summary>
    protected IHost Host { get; }

    /// <summary>Rows scored together.</summary>
    protected internal abstract int BatchSize { get; }

    /// <summary>Most cursors that score at the same time. Default 1: the engine is parallel inside a batch.</summary>
    protected internal virtual int MaxCursors => 1;

    /// <summary>Names of the columns that are read.</summary>
    protected internal abstract IReadOnlyList<string> InputColumns { get; }

    /// <summary>Describes the columns that are added; checks the input columns first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or has another type; the message names it.</exception>
    protected internal abstract DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input);

    /// <summary>Makes a scorer that reads from a row or cursor.</summary>
    /// <param name="input">Where to read; all <see cref="InputColumns"/> are active.</param>
    /// <param name="capacity">Most rows of a batch.</param>
    protected internal abstract IBatchScorer MakeScorer(DataViewRow input, int capacity);

    /// <summary>Writes everything a <see cref="IModelPartFactory"/> needs to make this transformer again.</summary>
    protected abstract void Save(ModelWriter writer);

    /// <inheritdoc/>
    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Bind(inputSchema).Output;
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchDataView(this, input, Bind(input.Schema));
    }

    /// <inheritdoc/>
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new BatchRowMapper(this, Bind(inputSchema));
    }

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext context) => Save(ModelWriter.Begin(context, GetType()));

    /// <summary>Frees what the transformer holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the transformer holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private AppendedSchema Bind(DataViewSchema input) => new(input, MakeOutputColumns(input), InputColumns);
}
