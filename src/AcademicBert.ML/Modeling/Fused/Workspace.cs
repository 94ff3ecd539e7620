using AcademicBert.Native;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>What a layer keeps for its backward pass. What is computed again there is in memory that all layers share.</summary>
internal sealed class LayerMemory(ElementType type, Device device, SharedMemory? recomputed) : IDisposable
{
    /// <summary>Query, key and value, (3, B, A, S, D); where attention is fused, as they were projected, (R, 3H), without bias.</summary>
    public Buffer Heads { get; } = new(type, device);

    /// <summary>Attention probabilities before dropout, (B, A, S, S).</summary>
    public Buffer Probabilities { get; } = recomputed?.Probabilities ?? new(type, device);

    /// <summary>log Σ exp of the scores of each query where attention is fused, fp32 (B, A, S).</summary>
    public Buffer Logsums { get; } = new(ElementType.Float32, device);

    /// <summary>Attention's result before its output projection, (R, H).</summary>
    public Buffer Context { get; } = new(type, device);

    /// <summary>Residual sum after attention, fp32 (R, H), and the norm's statistics, (R, 2).</summary>
    public Buffer MiddleSum { get; } = new(ElementType.Float32, device);

    public Buffer MiddleStatistics { get; } = new(ElementType.Float32, device);

    /// <summary>What the feed-forward block reads, (R, H).</summary>
    public Buffer Middle { get; } = new(type, device);

    /// <summary>The feed-forward block before its activation, (R, F), or (R, 2F) where it is gated.</summary>
    public Buffer Inner { get; } = new(type, device);

    /// <summary>The same after its activation, (R, F).</summary>
    public Buffer Activated { get; } = recomputed?.Activated ?? new(type, device);

    public IEnumerable<(Buffer Buffer, long Count)> Sizes(BertConfig config, BatchShape shape, bool fusesAttention)
    {
        long rows = shape.Rows, hidden = config.HiddenSize;
        return
        [
            (Heads, 3 * rows * hidden), (Probabilities, fusesAttention ? 0 : shape.Scores(config)), (Logsums, fusesAttention ? rows * config.Heads : 0), (Context, rows * hidden), (MiddleSum, rows * hidden),
            (MiddleStatistics, rows * 2), (Middle, rows * hidden), (Inner, rows * config.InnerSize), (Activated, rows * config.IntermediateSize),
        ];
    }

    public void Dispose()
    {
        foreach (Buffer buffer in (Buffer[])[Heads, Logsums, Context, MiddleSum, MiddleStatistics, Middle, Inner])
            buffer.Dispose();
        if (recomputed is not null)
            return;
        Probabilities.Dispose();
        Activated.Dispose();
    }
}

/// <summary>What stands between two layers: the residual sum, fp32, its norm's statistics, and what the next layer reads.</summary>
internal sealed class BoundaryMemory(ElementType type, Device device) : IDisposable
{
    public Buffer Sum { get; } = new(ElementType.Float32, device);

    public Buffer Statistics { get; } = new(ElementType.Float32, device);

    public Buffer Normed { get; } = new(type, device);

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
internal sealed class SharedMemory(ElementType type, Device device, IKernels kernels) : IDisposable
{
    public Buffer Projected { get; } = new(type, device);       // (R, 3H): query, key, value; their gradient in the backward pass
    public Buffer Dropped { get; } = new(type, device);         // (B, A, S, S)
    public Buffer ContextHeads { get; } = new(type, device);    // (B, A, S, D), and its gradient
    public Buffer Output { get; } = new(type, device);          // (R, H): output of a block before the residual sum, and its gradient
    public Buffer InputGradient { get; } = new(type, device);   // (R, H): gradient of what a block reads
    public Buffer InnerGradient { get; } = new(type, device);   // (R, F), or (R, 2F) where the feed-forward block is gated
    public Buffer ActivatedGradient { get; } = new(type, device); // (R, F), where it is
    public Buffer ScoreGradient { get; } = new(type, device);   // (B, A, S, S)
    public Buffer HeadGradient { get; } = new(type, device);    // (3, B, A, S, D)
    public Buffer Stream { get; } = new(ElementType.Float32, device);         // (R, H): gradient of the residual stream
    public Buffer InnerStream { get; } = new(ElementType.Float32, device);    // (R, H): post-LN's residual, inside a layer
    public Buffer OuterStream { get; } = new(ElementType.Float32, device);    // (R, H): post-LN's residual, between layers
    public Buffer EmbeddingSum { get; } = new(ElementType.Float32, device);   // (R, H): before the embedding norm
    public Buffer EmbeddingStatistics { get; } = new(ElementType.Float32, device); // (R, 2)
    public Buffer WeightScratch { get; } = new(type, device);   // the largest weight gradient, rounded
    public Buffer Sums { get; } = new(ElementType.Float32, device);           // partial sums
    public Buffer Probabilities { get; } = new(type, device);   // (B, A, S, S), where layers do not keep them
    public Buffer Activated { get; } = new(type, device);       // (R, F), where layers do not keep it

    public IEnumerable<(Buffer Buffer, long Count)> Sizes(BertConfig config, BatchShape shape, bool fusesAttention, bool training)
    {
        long rows = shape.Rows, hidden = rows * config.HiddenSize, scores = fusesAttention ? 0 : shape.Scores(config), heads = fusesAttention ? 0 : hidden;
        yield return (Projected, 3 * hidden);
        yield return (ContextHeads, heads);
        yield return (Output, hidden);
        yield return (InnerStream, hidden);
        yield return (OuterStream, hidden);
        yield return (EmbeddingSum, hidden);
        yield return (EmbeddingStatistics, rows * 2);
        if (!training)
            yield break;
        yield return (Dropped, scores);
        yield return (InputGradient, hidden);
        yield return (InnerGradient, rows * config.InnerSize);
        yield return (ActivatedGradient, config.GatedFeedForward ? rows * config.IntermediateSize : 0);
        yield return (ScoreGradient, scores);
        yield return (HeadGradient, 3 * heads);
        yield return (Stream, hidden);
        yield return (Sums, new[] { 3L * Scratch(config.HiddenSize), Scratch(3 * config.HiddenSize), Scratch(config.InnerSize), kernels.EmbeddingScratch(new RowBlock(rows, config.HiddenSize, shape.Length), config.TokenTypes) }.Max());
    }

    public void Dispose()
    {
        foreach (Buffer buffer in (Buffer[])[Projected, Dropped, ContextHeads, Output, InputGradient, InnerGradient, ActivatedGradient, ScoreGradient, HeadGradient, Stream, InnerStream, OuterStream, EmbeddingSum, EmbeddingStatistics, WeightScratch, Sums, Probabilities, Activated])
            buffer.Dispose();
    }

    private long Scratch(long columns) => columns * kernels.Chunks(columns);
}
