using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Modeling;

namespace AcademicBert.Benchmarks.Step;

/// <summary>What a step trains.</summary>
internal sealed record StepSettings
{
    public required int Layers { get; init; }

    public required int Hidden { get; init; }

    public required int Heads { get; init; }

    public required int FeedForward { get; init; }

    public required int Vocabulary { get; init; }

    public required int Batch { get; init; }

    public required int Length { get; init; }

    public required int Threads { get; init; }

    public required int Rounds { get; init; }

    public required ComputePrecision Precision { get; init; }

    /// <summary>Where ours runs; the TorchSharp ones run on the CPU only.</summary>
    public required TorchSharp.torch.Device Device { get; init; }

    /// <summary>Samples that go through the model at once.</summary>
    public required int MicroBatch { get; init; }

    public required bool Recompute { get; init; }

    public bool OnGpu => Device.type == TorchSharp.DeviceType.CUDA;

    public double Dropout => 0.1;

    /// <summary>Masked tokens of a step: 19 of 128, as the paper's masking gives.</summary>
    public int Masked => Batch * (int)Math.Round(Length * 0.15, MidpointRounding.ToEven);

    public BertConfig Config => new()
    {
        VocabularySize = Vocabulary, HiddenSize = Hidden, Layers = Layers, Heads = Heads, IntermediateSize = FeedForward, MaxPositions = Length,
        HiddenDropout = Dropout, AttentionDropout = Dropout, NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true,
    };

    /// <summary>Adds what is trained to the figures for programs: a report tells by it which row of the paper's Table 1 they measure.</summary>
    public void AddTo(Report report)
    {
        foreach ((string key, int value) in ((string, int)[])[("layers", Layers), ("hidden", Hidden), ("heads", Heads), ("feedForward", FeedForward), ("batch", Batch), ("length", Length)])
            report.Hide(key, value);
    }

    /// <summary>
    /// Floating-point operations of a step that any implementation needs: forward and backward of every matrix product, real masked
    /// tokens, unpadded vocabulary, nothing recomputed.
    /// </summary>
    public double ModelFlops => 6.0 * (
        (double)Layers * (4.0 * Hidden * Hidden + 2.0 * Hidden * FeedForward + 2.0 * Length * Hidden) * Batch * Length
        + (double)Masked * ((double)Hidden * Hidden + (double)Hidden * Vocabulary));
}
