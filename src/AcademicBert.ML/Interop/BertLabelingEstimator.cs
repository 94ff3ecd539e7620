using AcademicBert.Interop.Onnx;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Interop;

/// <summary>Turns the logits of an ONNX classifier into probabilities and a label. Needs no libtorch.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertLabel</c>.</remarks>
public sealed class BertLabelingEstimator : IEstimator<BertLabelingTransformer>
{
    private readonly IHost _host;
    private readonly string _modelFolder, _predictedLabel, _score;

    internal BertLabelingEstimator(IHostEnvironment environment, string modelFolder, string predictedLabelColumnName, string scoreColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        ArgumentException.ThrowIfNullOrEmpty(predictedLabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(scoreColumnName);
        TextColumns.RequireDistinct(predictedLabelColumnName, scoreColumnName);
        _host = environment.Register(nameof(BertLabelingEstimator));
        (_modelFolder, _predictedLabel, _score) = (modelFolder, predictedLabelColumnName, scoreColumnName);
    }

    /// <summary>Reads the names of the classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no column of logits.</exception>
    /// <exception cref="InvalidDataException">The folder holds no classifier.</exception>
    public BertLabelingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string path = Path.Combine(_modelFolder, Modeling.ModelFolder.ConfigFile);
        ModelDescription description = ModelDescriptionReader.Read(path);
        if (description.Head.Kind != HeadKind.Classifier || description.Head.Outputs < 2)
            throw new InvalidDataException($"'{path}' describes a model with {description.Head}; a classifier of texts is needed.");
        IReadOnlyList<string> labels = description.Labels ?? description.Head.DefaultLabels;
        var transformer = new BertLabelingTransformer(_host, LabelKeys.OfNames(labels), _predictedLabel, _score);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.Require(inputSchema, OnnxNames.Logits);
        SchemaShape.Column values = SchemaShapes.Column("KeyValues", SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance);
        SchemaShape.Column label = SchemaShapes.Column(_predictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, values);
        return SchemaShapes.With(inputSchema, ScoreColumns.MulticlassShape(_predictedLabel, _score, label));
    }
}
