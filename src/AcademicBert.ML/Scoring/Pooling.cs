using AcademicBert.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Scoring;

/// <summary>One vector for each sentence of a batch.</summary>
internal static class Pooling
{
    /// <summary>Checks that a model can pool so.</summary>
    /// <exception cref="ArgumentException">It has no pooler.</exception>
    public static void Require(EmbeddingPooling pooling, BertModel model)
    {
        if (!Enum.IsDefined(pooling))
            throw new ArgumentException($"Pooling is {pooling}; it must be one of {string.Join(", ", Enum.GetNames<EmbeddingPooling>())}.", nameof(pooling));
        if (pooling == EmbeddingPooling.Pooler && !model.Head.Pools)
            throw new ArgumentException($"The model has no pooler; use {nameof(EmbeddingPooling.Mean)} or {nameof(EmbeddingPooling.Cls)}.", nameof(pooling));
    }

    /// <summary>Encodes and pools, (B, H).</summary>
    public static Tensor Of(BertModel model, EncoderInput input, EmbeddingPooling pooling, bool normalize)
    {
        Tensor hidden_BSH = model.Encode(input);
        Tensor pooled_BH = pooling switch
        {
            EmbeddingPooling.Cls => hidden_BSH.select(1, 0),
            EmbeddingPooling.Pooler => model.Pool(hidden_BSH),
            _ => MeanOfTokens(hidden_BSH, input.Lengths),
        };
        return normalize ? nn.functional.normalize(pooled_BH, 2, 1) : pooled_BH;
    }

    private static Tensor MeanOfTokens(Tensor hidden_BSH, Tensor? lengths_B)
    {
        if (lengths_B is null)
            return hidden_BSH.mean([1]);
        Tensor real_BS1 = arange(hidden_BSH.shape[1], device: hidden_BSH.device).unsqueeze(0).lt(lengths_B.unsqueeze(1)).unsqueeze(2).to(float32);
        return (hidden_BSH * real_BS1).sum(1) / real_BS1.sum(1);
    }
}
