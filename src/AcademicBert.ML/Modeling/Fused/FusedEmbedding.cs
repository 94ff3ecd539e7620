using AcademicBert.Native;

namespace AcademicBert.Modeling.Fused;

/// <summary>From token ids to what the first layer reads.</summary>
internal sealed class FusedEmbedding(BertConfig config, FlatParameters parameters, IKernels kernels, SharedMemory shared, NormTable norms)
{
    private bool PreLayerNorm => config.NormPlacement == NormPlacement.PreLayerNorm;

    /// <summary>Sum of the embeddings, optional norm, dropout; then pre-LN's first norm.</summary>
    public void Forward(FusedInput input, BoundaryMemory first, ElementType type)
    {
        RowBlock block = input.Block(config);
        nint stream = PreLayerNorm ? first.Sum.Address : shared.OuterStream.Address;
        nint sum = config.EmbeddingLayerNorm ? shared.EmbeddingSum.Address : stream;
        kernels.EmbeddingForward(input.Ids, input.Types, Tables(parameters.ValueAddress), sum, block);
        if (config.EmbeddingLayerNorm)
            kernels.ResidualNormForward(ElementType.Float32, 0, 0, sum, sum, norms.Embedding.Values, stream, 0, shared.EmbeddingStatistics.Address, block, DropoutDecisions.None);
        if (Drops(input))
            kernels.StreamDropout(stream, stream, block, Dropout(input));
        if (PreLayerNorm)
            kernels.ResidualNormForward(type, 0, 0, stream, stream, norms.First.Values, first.Normed.Address, 0, first.Statistics.Address, block, DropoutDecisions.None);
        else
            kernels.Round(type, stream, first.Normed.Address, block.Rows * block.Columns);
    }

    /// <summary>Gradients of the tables, from those of what the first layer reads and of the residual stream.</summary>
    public void Backward(FusedInput input, BoundaryMemory first, ElementType type)
    {
        RowBlock block = input.Block(config);
        nint stream = shared.Stream.Address, sums = shared.Sums.Address;
        if (PreLayerNorm)
            kernels.ResidualNormBackward(
                type, shared.InputGradient.Address, 0, first.Sum.Address, first.Statistics.Address, norms.First.Values, stream, true, 0, 0, norms.First.Gradients, sums, block, DropoutDecisions.None);
        else
            kernels.AddInto(type, shared.InputGradient.Address, stream, block.Rows * block.Columns);
        if (Drops(input))
            kernels.StreamDropout(stream, stream, block, Dropout(input));
        if (config.EmbeddingLayerNorm)
            kernels.ResidualNormBackward(
                ElementType.Float32, stream, 0, shared.EmbeddingSum.Address, shared.EmbeddingStatistics.Address, norms.Embedding.Values, stream, false, 0, 0, norms.Embedding.Gradients, sums, block,
                DropoutDecisions.None);
        kernels.EmbeddingBackward(input.Ids, input.Types, input.RowsById, stream, Tables(parameters.GradientAddress), sums, block);
    }

    private EmbeddingTables Tables(Func<string, nint> address) =>
        new(address(ParameterNames.WordEmbeddings), address(ParameterNames.PositionEmbeddings), address(ParameterNames.TokenTypeEmbeddings), config.TokenTypes);

    private bool Drops(FusedInput input) => input.Masks is not null && config.HiddenDropout > 0;

    private DropoutDecisions Dropout(FusedInput input) =>
        new(input.Masks!.Value.Seed, input.Masks.Value.Step, (uint)DropoutSite.Embedding, (uint)input.Masks.Value.FirstSample, config.HiddenDropout);
}
