using System.Globalization;

namespace AcademicBert.Interop.Onnx;

/// <summary>Builds a graph node by node; a value is the name of the output that gives it.</summary>
internal sealed class OnnxGraph(OnnxData data)
{
    /// <summary>The operator set: the first with LayerNormalization.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8;

    private readonly GraphProto _graph = new() { Name = "bert" };
    private readonly HashSet<string> _constants = [];

    /// <summary>Makes tensors.</summary>
    public OnnxData Data => data;

    /// <summary>Adds an input of whole numbers, (batch, sequence).</summary>
    public string Input(string name)
    {
        _graph.Input.Add(Value(name, TensorProto.Types.DataType.Int64, "batch", "sequence"));
        return name;
    }

    /// <summary>Names a value as an fp32 output of the graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <param name="shape">Numbers, and names of dimensions that are free.</param>
    public void Output(string name, string value, params object[] shape)
    {
        _graph.Node.Add(Make("Identity", name, [value], []));
        _graph.Output.Add(Value(name, TensorProto.Types.DataType.Float, shape));
    }

    /// <summary>Adds a node.</summary>
    /// <returns>Its first output.</returns>
    public string Node(string operation, string[] inputs, params AttributeProto[] attributes)
    {
        string output = $"{operation}_{_graph.Node.Count.ToString(CultureInfo.InvariantCulture)}";
        _graph.Node.Add(Make(operation, output, inputs, attributes));
        return output;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Node(string operation, int outputs, string[] inputs)
    {
        string first = Node(operation, inputs);
        string[] all = [first, .. Enumerable.Range(1, outputs - 1).Select(i => $"{first}_{i}")];
        _graph.Node[^1].Output.AddRange(all[1..]);
        return all;
    }

    /// <summary>Adds a constant once.</summary>
    /// <param name="name">Its name; the same name is the same constant.</param>
    /// <param name="make">Makes it.</param>
    public string Constant(string name, Func<string, TensorProto> make)
    {
        if (_constants.Add(name))
            _graph.Initializer.Add(make(name));
        return name;
    }

    /// <summary>Adds a constant list of whole numbers.</summary>
    public string Constant(params long[] values) =>
        Constant("list_" + string.Join('_', values), name => data.Int64(name, values, values.Length));

    /// <summary>An attribute.</summary>
    public static AttributeProto Attribute(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>An attribute.</summary>
    public static AttributeProto Attribute(string name, float value) => new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    /// <summary>An attribute.</summary>
    public static AttributeProto Attribute(string name, long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>The finished model.</summary>
    public ModelProto ToModel()
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "AcademicBert",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            Graph = _graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OperatorSet });
        return model;
    }

    private static NodeProto Make(string operation, string output, string[] inputs, AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        return node;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params object[] dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (object dimension in dimensions)
            shape.Dim.Add(dimension is string free
                ? new TensorShapeProto.Types.Dimension { DimParam = free }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dimension, CultureInfo.InvariantCulture) });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = shape } } };
    }
}
