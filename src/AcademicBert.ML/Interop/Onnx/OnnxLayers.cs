using AcademicBert.Modeling;

namespace AcademicBert.Interop.Onnx;

/// <summary>The operations that encoder and heads are made of, in the numbers of a precision.</summary>
internal sealed class OnnxLayers(OnnxGraph graph, BertConfig config, FlatParameters parameters, OnnxPrecision precision)
{
    private readonly Dictionary<string, string[]> _quantized = [];
    private readonly OnnxQuantizer _quantizer = new(graph, parameters);

    /// <summary>x Wᵀ + b.</summary>
    public string Dense(string input, string name) =>
        graph.Node("Add", [Product(input, ParameterNames.Weight(name)), Vector(ParameterNames.Bias(name))]);

    /// <summary>x Wᵀ, by the name of W.</summary>
    public string Product(string input, string weight)
    {
        if (precision != OnnxPrecision.Int8)
            return graph.Node("MatMul", [input, TransposedMatrix(weight)]);
        if (!_quantized.TryGetValue(input, out string[]? quantized))
            _quantized.Add(input, quantized = graph.Node("DynamicQuantizeLinear", 3, [input]));
        (string matrix_KN, string scales_N) = _quantizer.Matrix(weight);
        string sums = ToFloat32(graph.Node("MatMulInteger", [quantized[0], matrix_KN, quantized[2]]));
        return graph.Node("Mul", [sums, graph.Node("Mul", [quantized[1], scales_N])]);
    }

    /// <summary>Rows of an embedding.</summary>
    public string Lookup(string table, string ids)
    {
        if (precision != OnnxPrecision.Int8)
            return graph.Node("Gather", [Parameter(table), ids]);
        (string rows, string scales) = _quantizer.Rows(table);
        return graph.Node("Mul", [ToFloat32(graph.Node("Gather", [rows, ids])), graph.Node("Gather", [scales, ids])]);
    }

    /// <summary>The configured norm over the last dimension.</summary>
    public string Norm(string input, string name)
    {
        if (config.Norm == NormKind.LayerNorm)
            return graph.Node(
                "LayerNormalization", [input, Vector(ParameterNames.Weight(name)), Vector(ParameterNames.Bias(name))],
                OnnxGraph.Attribute("axis", -1), OnnxGraph.Attribute("epsilon", (float)ModelDescriptionReader.NormEpsilon));
        // Squares of fp16 numbers do not fit fp16.
        string exact = ToFloat32(input);
        string meanSquare = graph.Node("ReduceMean", [graph.Node("Mul", [exact, exact])], OnnxGraph.Attribute("axes", [-1L]), OnnxGraph.Attribute("keepdims", 1));
        string epsilon = graph.Constant("norm_epsilon", constant => graph.Data.Float32(constant, [(float)ModelDescriptionReader.NormEpsilon]));
        string normed = graph.Node("Div", [exact, graph.Node("Add", [graph.Node("Sqrt", [meanSquare]), epsilon])]);
        return graph.Node("Mul", [FromFloat32(normed), Vector(name + ".scale")]);
    }

    /// <summary>The configured activation.</summary>
    public string Activate(string input) => config.Activation switch
    {
        Activation.Gelu => graph.Node("Mul", [graph.Node("Mul", [input, graph.Node("Add", [graph.Node("Erf", [graph.Node("Div", [input, Scalar(Math.Sqrt(2))])]), Scalar(1)])]), Scalar(0.5)]),
        Activation.Relu => graph.Node("Relu", [input]),
        Activation.Swish => graph.Node("Mul", [input, graph.Node("Sigmoid", [input])]),
        Activation.Tanh => graph.Node("Tanh", [input]),
        _ => throw new InvalidOperationException($"Unknown activation {config.Activation}."),
    };

    /// <summary>A parameter as it is.</summary>
    public string Parameter(string name) => graph.Constant(name, constant => Numbers(constant, parameters.ToArray(parameters.Slot(name)), parameters.Slot(name).Shape));

    /// <summary>A number.</summary>
    public string Scalar(double value) => graph.Constant($"number_{value:R}", name => Numbers(name, [(float)value], []));

    /// <summary>A value in the precision's type, from whole numbers or fp32.</summary>
    public string FromFloat32(string value) =>
        precision == OnnxPrecision.Float16 ? graph.Node("Cast", [value], OnnxGraph.Attribute("to", (long)TensorProto.Types.DataType.Float16)) : value;

    /// <summary>A value as fp32.</summary>
    public string ToFloat32(string value) => graph.Node("Cast", [value], OnnxGraph.Attribute("to", (long)TensorProto.Types.DataType.Float));

    private string Vector(string name) => Parameter(name);

    // Tied to the word embeddings: transposed by the reader, so that the file holds them once.
    private string TransposedMatrix(string name)
    {
        if (name == ParameterNames.WordEmbeddings)
            return graph.Node("Transpose", [Parameter(name)], OnnxGraph.Attribute("perm", [1L, 0]));
        return graph.Constant(name + ".transposed", constant =>
        {
            ParameterSlot slot = parameters.Slot(name);
            (int rows, int columns) = ((int)slot.Shape[0], (int)slot.Shape[1]);
            float[] matrix_NK = parameters.ToArray(slot), transposed_KN = new float[matrix_NK.Length];
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    transposed_KN[column * rows + row] = matrix_NK[row * columns + column];
            return Numbers(constant, transposed_KN, columns, rows);
        });
    }

    private TensorProto Numbers(string name, float[] values, params long[] shape) =>
        precision == OnnxPrecision.Float16 ? graph.Data.Float16(name, values, shape) : graph.Data.Float32(name, values, shape);
}
