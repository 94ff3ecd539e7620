namespace AcademicBert.Modeling;

/// <summary>How a parameter starts.</summary>
internal enum Initialization
{
    /// <summary>N(0, InitializerRange).</summary>
    Normal,

    /// <summary>All zero.</summary>
    Zero,

    /// <summary>All one.</summary>
    One,
}

/// <summary>One parameter's place in the flat buffers.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="Shape">Its shape in files.</param>
/// <param name="Offset">Its first element in the flat buffers.</param>
/// <param name="Capacity">Elements it owns there; more than its shape has where the vocabulary is padded.</param>
/// <param name="Decays">Whether weight decay applies: to matrices and embeddings, not to biases and norms.</param>
/// <param name="Initialization">How it starts.</param>
/// <param name="Depth">How far from the input: 0 for embeddings, i + 1 for layer i, one more than the last layer's for heads.</param>
internal sealed record ParameterSlot(string Name, long[] Shape, long Offset, long Capacity, bool Decays, Initialization Initialization, int Depth)
{
    /// <summary>Number of elements without padding.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}

/// <summary>The order and offsets of all parameters of a model in one flat buffer.</summary>
internal sealed class ParameterLayout
{
    private const int Alignment = 16; // floats: one cache line

    // Any number of ranks up to 1,024 can share a buffer in equal, aligned parts that end in this room.
    private const int SpareLength = 1024 * Alignment;

    private readonly BertConfig _config;
    private readonly List<ParameterSlot> _slots = [];
    private long _end;
    private int _depth;

    public ParameterLayout(BertConfig config, HeadSpec head)
    {
        _config = config;
        var names = new ParameterNames(config);
        int hidden = config.HiddenSize;
        Add(ParameterNames.WordEmbeddings, [config.VocabularySize, hidden], capacity: (long)config.PaddedVocabularySize * hidden);
        Add(ParameterNames.PositionEmbeddings, [config.MaxPositions, hidden]);
        Add(ParameterNames.TokenTypeEmbeddings, [config.TokenTypes, hidden]);
        if (config.EmbeddingLayerNorm)
            AddNorm(ParameterNames.EmbeddingNorm);
        for (int layer = 0; layer < config.Layers; layer++)
            AddLayer(names, layer);
        if (config.NormPlacement == NormPlacement.PreLayerNorm)
            AddNorm(ParameterNames.FinalNorm);
        _depth = config.Layers + 1;
        if (head.PredictsTokens)
        {
            AddDense(ParameterNames.Transform, hidden, hidden);
            AddNorm(ParameterNames.TransformNorm);
            if (!config.TieWordEmbeddings)
                Add(ParameterNames.Decoder(config), [config.VocabularySize, hidden], capacity: (long)config.PaddedVocabularySize * hidden);
            if (config.MlmOutputBias)
                Add(ParameterNames.OutputBias, [config.VocabularySize], decays: false, Initialization.Zero, config.PaddedVocabularySize);
        }
        if (head.Pools)
            AddDense(ParameterNames.Pooler, hidden, hidden);
        if (head.Kind == HeadKind.MaskedLanguageModelWithNextSentence)
            AddDense(ParameterNames.NextSentence, 2, hidden);
        else if (head.Kind is HeadKind.Classifier or HeadKind.TokenClassifier)
            AddDense(ParameterNames.Classifier, head.Outputs, hidden);
        UsedLength = Aligned(_end);
        Length = UsedLength + SpareLength;
    }

    /// <summary>All parameters in buffer order.</summary>
    public IReadOnlyList<ParameterSlot> Slots => _slots;

    /// <summary>Elements that parameters occupy, padding between them included.</summary>
    public long UsedLength { get; }

    /// <summary>Elements of a flat buffer: some are unused at its end.</summary>
    public long Length { get; }

    private void AddLayer(ParameterNames names, int layer)
    {
        int hidden = _config.HiddenSize;
        _depth = layer + 1;
        AddNorm(names.AttentionNorm(layer));
        AddProjections([ParameterNames.Query(layer), ParameterNames.Key(layer), ParameterNames.Value(layer)], hidden, hidden);
        AddDense(ParameterNames.AttentionOutput(layer), hidden, hidden);
        AddNorm(names.FeedForwardNorm(layer));
        AddProjections(_config.GatedFeedForward ? [ParameterNames.Intermediate(layer), ParameterNames.Gate(layer)] : [ParameterNames.Intermediate(layer)], _config.IntermediateSize, hidden);
        AddDense(ParameterNames.Output(layer), hidden, _config.IntermediateSize);
    }

    private void AddDense(string dense, int outputs, int inputs)
    {
        Add(ParameterNames.Weight(dense), [outputs, inputs]);
        Add(ParameterNames.Bias(dense), [outputs], decays: false, Initialization.Zero);
    }

    // Projections of the same input stand without a gap, so that they are also one matrix and one bias.
    private void AddProjections(string[] projections, int outputs, int inputs)
    {
        foreach (string projection in projections)
            Add(ParameterNames.Weight(projection), [outputs, inputs], aligned: projection == projections[0]);
        foreach (string projection in projections)
            Add(ParameterNames.Bias(projection), [outputs], decays: false, Initialization.Zero, aligned: projection == projections[0]);
    }

    private void AddNorm(string norm)
    {
        if (_config.Norm == NormKind.RmsNorm)
        {
            Add(norm + ".scale", [_config.HiddenSize], decays: false, Initialization.One);
            return;
        }
        Add(ParameterNames.Weight(norm), [_config.HiddenSize], decays: false, Initialization.One);
        Add(ParameterNames.Bias(norm), [_config.HiddenSize], decays: false, Initialization.Zero);
    }

    private void Add(string name, long[] shape, bool decays = true, Initialization initialization = Initialization.Normal, long capacity = 0, bool aligned = true)
    {
        long offset = aligned ? Aligned(_end) : _end;
        long count = shape.Aggregate(1L, (product, dimension) => product * dimension);
        var slot = new ParameterSlot(name, shape, offset, Math.Max(count, capacity), decays, initialization, _depth);
        _slots.Add(slot);
        _end = offset + slot.Capacity;
    }

    private static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
