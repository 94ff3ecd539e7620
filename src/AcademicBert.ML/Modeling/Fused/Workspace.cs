using AcademicBert.Native;

namespace AcademicBert.Modeling.Fused;

/// <summary>What a layer keeps for its backward pass.</summary>
internal sealed class LayerMemory(ElementType type) : IDisposable
{
    /// <summary>Query, key and value, (3, B, A, S, D).</summary>
    public Buffer Heads { get; } = new(type);

    /// <summary>Attention probabilities before dropout, (B, A, S, S).</summary>
    public Buffer Probabilities { get; } = new(type);

    /// <summary>Attention's result before its output projection, (R, H).</summary>
    public Buffer Context { get; } = new(type);

    /// <summary>Residual sum after attention, fp32 (R, H), and the norm's statistics, (R, 2).</summary>
    public Buffer MiddleSum { get; } = new(ElementType.Float32);

    public Buffer MiddleStatistics { get; } = new(ElementType.Float32);

    /// <summary>What the feed-forward block reads, (R, H).</summary>
    public Buffer Middle { get; } = new(type);

    /// <summary>The feed-forward block before and after its activation, (R, F).</summary>
    public Buffer Inner { get; } = new(type);

    public Buffer Activated { get; } = new(type);

    public IEnumerable<(Buffer Buffer, long Count)> Sizes(BertConfig config, BatchShape shape)
    {
        long rows = shape.Rows, hidden = config.HiddenSize, inner = config.IntermediateSize;
        return
        [
            (Heads, 3 * rows * hidden), (Probabilities, shape.Scores(config)), (Context, rows * hidden), (MiddleSum, rows * hidden),
            (MiddleStatistics, rows * 2), (Middle, rows * hidden), (Inner, rows * inner), (Activated, rows * inner),
        ];
    }

    public void Dispose()
    {
        foreach (Buffer buffer in (Buffer[])[Heads, Probabilities, Context, MiddleSum, MiddleStatistics, Middle, Inner, Activated])
            buffer.Dispose();
    }
}

/// <summary>What stands between two layers: the residual sum, fp32, its norm's statistics, and what the next layer reads.</summary>
internal sealed class BoundaryMemory(ElementType type) : IDisposable
{
    public Buffer Sum { get; } = new(ElementType.Float32);

    public Buffer Statistics { get; } = new(ElementType.Float32);

    public Buffer Normed { get; } = new(type);

    public IEnumerable<(Buffer Buffer, long Count)> Sizes(BertConfig config, BatchShape shape) =>
        [(Sum, shape.Rows * config.HiddenSize), (Statistics, shape.Rows * 2), (Normed, shape.Rows * config.HiddenSize)];

    public void Dispose()
    {
        Sum.Dispose();
        Statistics.Dispose();
        Normed.Dispose();
    }
}

/// <summary>Samples and tokens of a batch.</summary>
internal readonly record struct BatchShape(long Batch, long Length)
{
    public long Rows => Batch * Length;

    public long Scores(BertConfig config) => Batch * config.Heads * Length * Length;
}

/// <summary>Memory that the layers share: nothing in it outlives the layer that uses it.</summary>
internal sealed class SharedMemory(ElementType type) : IDisposable
{
    public Buffer Projected { get; } = new(type);       // (R, 3H): query, key, value; their gradient in the backward pass
    public Buffer Dropped { get; } = new(type);         // (B, A, S, S)
    public Buffer ContextHeads { get; } = new(type);    // (B, A, S, D), and its gradient
    public Buffer Output { get; } = new(type);          // (R, H): output of a block before the residual sum, and its gradient
    public Buffer InputGradient { get; } = new(type);   // (R, H): gradient of what a block reads
    public Buffer InnerGradient { get; } = new(type);   // (R, F)
    public Buffer ScoreGradient { get; } = new(type);   // (B, A, S, S)
    public Buffer HeadGradient { get; } = new(type);    // (3, B, A, S, D)
    public Buffer Stream { get; } = new(ElementType.Float32);         // (R, H): gradient of the residual stream
    public Buffer InnerStream { get; } = new(ElementType.Float32);    // (R, H): post-LN's residual, inside a layer
    public Buffer OuterStream { get; } = new(ElementType.Float32);    // (R, H): post-LN's residual, between layers
    public Buffer EmbeddingSum { get; } = new(ElementType.Float32);   // (R, H): before the embedding norm
    public Buffer EmbeddingStatistics { get; } = new(ElementType.Float32); // (R, 2)
    public Buffer WeightScratch { get; } = new(type);   // the largest weight gradient, in bf16
    public Buffer Sums { get; } = new(ElementType.Float32);           // partial column sums

    public IEnumerable<(Buffer Buffer, long Count)> Sizes(BertConfig config, BatchShape shape, bool training)
    {
        long rows = shape.Rows, hidden = rows * config.HiddenSize, scores = shape.Scores(config);
        yield return (Projected, 3 * hidden);
        yield return (ContextHeads, hidden);
        yield return (Output, hidden);
        yield return (InnerStream, hidden);
        yield return (OuterStream, hidden);
        yield return (EmbeddingSum, hidden);
        yield return (EmbeddingStatistics, rows * 2);
        if (!training)
            yield break;
        yield return (Dropped, scores);
        yield return (InputGradient, hidden);
        yield return (InnerGradient, rows * config.IntermediateSize);
        yield return (ScoreGradient, scores);
        yield return (HeadGradient, 3 * hidden);
        yield return (Stream, hidden);
        yield return (Sums, 3L * Native.Cpu.CpuKernels.Chunks * Math.Max(3 * config.HiddenSize, config.IntermediateSize));
    }

    public void Dispose()
    {
        foreach (Buffer buffer in (Buffer[])[Projected, Dropped, ContextHeads, Output, InputGradient, InnerGradient, ScoreGradient, HeadGradient, Stream, InnerStream, OuterStream, EmbeddingSum, EmbeddingStatistics, WeightScratch, Sums])
            buffer.Dispose();
    }
}
