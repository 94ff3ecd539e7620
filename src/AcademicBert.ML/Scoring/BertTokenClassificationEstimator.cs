using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AcademicBert.Scoring;

/// <summary>Labels the words of a text with a model that is trained for it already, such as one that names entities.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertTokenClassification</c>.</remarks>
public sealed class BertTokenClassificationEstimator : IEstimator<BertTokenClassificationTransformer>
{
    private readonly IHost _host;
    private readonly string _modelFolder;
    private readonly BertTokenClassificationColumns _columns;

    internal BertTokenClassificationEstimator(IHostEnvironment environment, string modelFolder, BertTokenClassificationColumns columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        columns.Validate();
        _host = environment.Register(nameof(BertTokenClassificationEstimator));
        (_modelFolder, _columns) = (modelFolder, columns);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text; the message names it.</exception>
    /// <exception cref="ArgumentException">The model does not classify tokens.</exception>
    /// <exception cref="IOException">The model folder is incomplete or damaged; the message names the file.</exception>
    public BertTokenClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SchemaChecks.RequireText(input.Schema, _columns.Sentence);
        return LoadedBert.Use(_host, _modelFolder, bert => new BertTokenClassificationTransformer(_host, bert, _columns));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _columns.AddTo(inputSchema);
}
