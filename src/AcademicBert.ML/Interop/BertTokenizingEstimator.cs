using AcademicBert.Interop.Onnx;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Interop;

/// <summary>Makes the inputs of an ONNX model from text: <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c>. Needs no libtorch.</summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertTokenize</c>.</remarks>
public sealed class BertTokenizingEstimator : IEstimator<BertTokenizingTransformer>
{
    private readonly IHost _host;
    private readonly string _modelFolder, _first;
    private readonly string? _second;
    private readonly int _length;

    internal BertTokenizingEstimator(IHostEnvironment environment, string modelFolder, string first, string? second, int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        ArgumentException.ThrowIfNullOrEmpty(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 8);
        _host = environment.Register(nameof(BertTokenizingEstimator));
        (_modelFolder, _first, _second, _length) = (modelFolder, first, second, length);
    }

    /// <summary>Loads the tokenizer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no text; the message names it.</exception>
    /// <exception cref="ArgumentException">The inputs would be longer than the model's positions.</exception>
    /// <exception cref="IOException">The folder is incomplete or damaged; the message names the file.</exception>
    public BertTokenizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int positions = ModelDescriptionReader.Read(Path.Combine(_modelFolder, Modeling.ModelFolder.ConfigFile)).Config.MaxPositions;
        if (_length > positions)
            throw new ArgumentException($"Inputs of {_length} tokens are longer than the {positions} positions of the model in '{_modelFolder}'. Give a length of at most that.", "length");
        var columns = new TextColumns(_first, _second, TokenizerFolder.Load(_modelFolder), _length);
        columns.Require(input.Schema);
        return new BertTokenizingTransformer(_host, columns);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireText(inputSchema, _first);
        if (_second is not null)
            SchemaShapes.RequireText(inputSchema, _second);
        return SchemaShapes.With(inputSchema, [.. ((string[])[OnnxNames.InputIds, OnnxNames.AttentionMask, OnnxNames.TokenTypeIds])
            .Select(name => SchemaShapes.Column(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Int64))]);
    }
}
