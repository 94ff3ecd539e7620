using AcademicBert.Modeling;

namespace AcademicBert.Interop.Onnx;

/// <summary>A BERT as a graph: inputs, encoder, and the outputs that are asked for. Batch and length are free.</summary>
internal sealed class OnnxNetwork
{
    private const double MaskedScore = -10000;

    private readonly BertConfig _config;
    private readonly HeadSpec _head;
    private readonly OnnxGraph _graph;
    private readonly OnnxLayers _layers;
    private readonly ParameterNames _names;
    private readonly string _mask;

    private OnnxNetwork(BertModel model, OnnxPrecision precision, OnnxData data)
    {
        (_config, _head, _names) = (model.Config, model.Head, new ParameterNames(model.Config));
        _graph = new OnnxGraph(data);
        _layers = new OnnxLayers(_graph, _config, model.Parameters, precision);
        (Ids, _mask, Types) = (_graph.Input(OnnxNames.InputIds), _graph.Input(OnnxNames.AttentionMask), _graph.Input(OnnxNames.TokenTypeIds));
    }

    private string Ids { get; }

    private string Types { get; }

    /// <summary>Builds the graph of a model.</summary>
    public static ModelProto Build(BertModel model, OnnxPrecision precision, OnnxPart part, OnnxData data)
    {
        var network = new OnnxNetwork(model, precision, data);
        string hidden_BSH = network.Encode();
        if (part == OnnxPart.Encoder || network._head.Kind is HeadKind.None or HeadKind.Pooler)
            network.AddEncoderOutputs(hidden_BSH);
        else
            network.AddLogits(hidden_BSH);
        return network._graph.ToModel();
    }

    private string Encode()
    {
        string hidden = Embed();
        string masked = _layers.FromFloat32(_layers.ToFloat32(_mask));
        string mask_B11S = _graph.Node("Mul", [_graph.Node("Sub", [_layers.Scalar(1), _graph.Node("Unsqueeze", [masked, _graph.Constant(1, 2)])]), _layers.Scalar(MaskedScore)]);
        bool preLayerNorm = _config.NormPlacement == NormPlacement.PreLayerNorm;
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            string attended = Attention(layer, preLayerNorm ? _layers.Norm(hidden, _names.AttentionNorm(layer)) : hidden, mask_B11S);
            hidden = _graph.Node("Add", [hidden, attended]);
            if (!preLayerNorm)
                hidden = _layers.Norm(hidden, _names.AttentionNorm(layer));
            string inner = preLayerNorm ? _layers.Norm(hidden, _names.FeedForwardNorm(layer)) : hidden;
            hidden = _graph.Node("Add", [hidden, FeedForward(layer, inner)]);
            if (!preLayerNorm)
                hidden = _layers.Norm(hidden, _names.FeedForwardNorm(layer));
        }

        return preLayerNorm ? _layers.Norm(hidden, ParameterNames.FinalNorm) : hidden;
    }

    private string FeedForward(int layer, string input)
    {
        string inner = _layers.Dense(input, ParameterNames.Intermediate(layer));
        inner = _config.GatedFeedForward ? _graph.Node("Mul", [inner, _layers.Activate(_layers.Dense(input, ParameterNames.Gate(layer)))]) : _layers.Activate(inner);
        return _layers.Dense(inner, ParameterNames.Output(layer));
    }

    private string Embed()
    {
        string length = _graph.Node("Shape", [Ids], OnnxGraph.Attribute("start", 1), OnnxGraph.Attribute("end", 2));
        string positions_SH = _graph.Node("Slice", [_layers.Parameter(ParameterNames.PositionEmbeddings), _graph.Constant(0), length, _graph.Constant(0)]);
        string words = _layers.Lookup(ParameterNames.WordEmbeddings, Ids), types = _layers.Lookup(ParameterNames.TokenTypeEmbeddings, Types);
        string sum = _graph.Node("Add", [_graph.Node("Add", [words, types]), positions_SH]);
        return _config.EmbeddingLayerNorm ? _layers.Norm(sum, ParameterNames.EmbeddingNorm) : sum;
    }

    private string Attention(int layer, string input, string mask_B11S)
    {
        string query_BASD = Heads(ParameterNames.Query(layer), [0, 2, 1, 3]), key_BADS = Heads(ParameterNames.Key(layer), [0, 2, 3, 1]), value_BASD = Heads(ParameterNames.Value(layer), [0, 2, 1, 3]);
        string scores = _graph.Node("Add", [_graph.Node("Div", [_graph.Node("MatMul", [query_BASD, key_BADS]), _layers.Scalar(Math.Sqrt(_config.HeadSize))]), mask_B11S]);
        string context_BASD = _graph.Node("MatMul", [_graph.Node("Softmax", [scores], OnnxGraph.Attribute("axis", -1)), value_BASD]);
        string context_BSAD = _graph.Node("Transpose", [context_BASD], OnnxGraph.Attribute("perm", [0L, 2, 1, 3]));
        return _layers.Dense(_graph.Node("Reshape", [context_BSAD, _graph.Constant(0, 0, _config.HiddenSize)]), ParameterNames.AttentionOutput(layer));

        string Heads(string projection, long[] order) => _graph.Node(
            "Transpose", [_graph.Node("Reshape", [_layers.Dense(input, projection), _graph.Constant(0, 0, _config.Heads, _config.HeadSize)])], OnnxGraph.Attribute("perm", order));
    }

    private void AddEncoderOutputs(string hidden_BSH)
    {
        string exact_BSH = _layers.ToFloat32(hidden_BSH);
        _graph.Output(OnnxNames.LastHiddenState, exact_BSH, "batch", "sequence", _config.HiddenSize);
        if (_head.Pools)
            _graph.Output(OnnxNames.PoolerOutput, _layers.ToFloat32(Pool(hidden_BSH)), "batch", _config.HiddenSize);
        string real_BS1 = _graph.Node("Unsqueeze", [_layers.ToFloat32(_mask), _graph.Constant(2)]);
        string sum_BH = Sum(_graph.Node("Mul", [exact_BSH, real_BS1])), count_B1 = Sum(real_BS1);
        _graph.Output(OnnxNames.SentenceEmbedding, _graph.Node("Div", [sum_BH, count_B1]), "batch", _config.HiddenSize);

        string Sum(string value) => _graph.Node("ReduceSum", [value, _graph.Constant(1)], OnnxGraph.Attribute("keepdims", 0));
    }

    private void AddLogits(string hidden_BSH)
    {
        switch (_head.Kind)
        {
            case HeadKind.Classifier:
                Add(_layers.Dense(Pool(hidden_BSH), ParameterNames.Classifier), "batch", _head.Outputs);
                break;
            case HeadKind.TokenClassifier:
                Add(_layers.Dense(hidden_BSH, ParameterNames.Classifier), "batch", "sequence", _head.Outputs);
                break;
            default:
                string transformed = _layers.Norm(_layers.Activate(_layers.Dense(hidden_BSH, ParameterNames.Transform)), ParameterNames.TransformNorm);
                string logits = _layers.Product(transformed, ParameterNames.Decoder(_config));
                Add(_config.MlmOutputBias ? _graph.Node("Add", [logits, _layers.Parameter(ParameterNames.OutputBias)]) : logits, "batch", "sequence", _config.VocabularySize);
                break;
        }

        void Add(string logits, params object[] shape) => _graph.Output(OnnxNames.Logits, _layers.ToFloat32(logits), shape);
    }

    private string Pool(string hidden_BSH)
    {
        string first_BH = _graph.Node("Gather", [hidden_BSH, _graph.Constant("first_token", name => _graph.Data.Int64(name, [0]))], OnnxGraph.Attribute("axis", 1));
        return _graph.Node("Tanh", [_layers.Dense(first_BH, ParameterNames.Pooler)]);
    }
}
