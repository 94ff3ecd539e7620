using AcademicBert.ML.Hosting;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Base of estimators that learn nothing: they load a model folder, and what they fit applies the model.</summary>
/// <typeparam name="T">What they fit; it owns the model.</typeparam>
public abstract class ModelFolderEstimator<T> : IEstimator<T>
    where T : class, ITransformer
{
    private const int MostNamed = 5;

    private readonly IHost _host;
    private readonly string _modelFolder;

    private protected ModelFolderEstimator(IHostEnvironment environment, string name, string modelFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        _host = environment.Register(name);
        _modelFolder = modelFolder;
    }

    /// <summary>Loads the model; says what of it is missing or of no use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or is no text; the message names it.</exception>
    /// <exception cref="ArgumentException">The model has not the head that is needed, or was fine-tuned on pairs and is given single texts.</exception>
    /// <exception cref="IOException">The model folder is incomplete; the message names the file.</exception>
    /// <exception cref="InvalidDataException">The model folder is damaged; the message names the file.</exception>
    public T Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (string column in TextColumns)
            SchemaChecks.RequireText(input.Schema, column);
        if (MayReadPairs && TextColumns.Count == 1 && TableColumns.Find(_modelFolder)?.SecondText is { } second)
            throw new ArgumentException($"'{_modelFolder}' was fine-tuned on pairs of texts, of which column '{second}' was the second; name the column of the second texts too.", nameof(input));
        PretrainedBert bert = PretrainedBert.Load(_modelFolder);
        try
        {
            using IChannel channel = _host.Start("Loading");
            if (bert.Missing.Count > 0)
                channel.Warn($"'{_modelFolder}' lacks {Named(bert.Missing)}: that head is left out.");
            if (bert.Unused.Count > 0)
                channel.Note($"'{_modelFolder}' has {Named(bert.Unused)}, which are not used.");
            return Make(_host, bert);
        }
        catch
        {
            bert.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (string column in TextColumns)
            SchemaShapes.RequireText(inputSchema, column);
        return SchemaShapes.With(inputSchema, AddedColumns);
    }

    /// <summary>The columns that are read.</summary>
    private protected abstract IReadOnlyList<string> TextColumns { get; }

    /// <summary>Whether there may be a second text column, which a model that was fine-tuned on pairs needs.</summary>
    private protected virtual bool MayReadPairs => false;

    /// <summary>Shapes of the columns that are added.</summary>
    private protected abstract SchemaShape.Column[] AddedColumns { get; }

    /// <summary>Makes the transformer, which then owns the model.</summary>
    private protected abstract T Make(IHost host, PretrainedBert bert);

    private static string Named(IReadOnlyList<string> tensors) =>
        $"{tensors.Count} tensors ({string.Join(", ", tensors.Take(MostNamed))}{(tensors.Count > MostNamed ? ", ..." : "")})";
}
