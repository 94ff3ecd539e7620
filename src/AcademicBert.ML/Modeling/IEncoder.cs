using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>What an encoder reads.</summary>
/// <param name="InputIds">Token ids, (B, S) int64.</param>
/// <param name="TokenTypes">Segment ids, (B, S) int64; null when all are 0.</param>
/// <param name="Lengths">Real tokens of each row, (B) int64; what follows is padding. Null when no row is padded.</param>
internal sealed record EncoderInput(Tensor InputIds, Tensor? TokenTypes = null, Tensor? Lengths = null);

/// <summary>Which dropout masks a training step draws.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Step">Optimizer step.</param>
/// <param name="FirstSample">Index in the global order of the batch's first row; the others follow it.</param>
internal readonly record struct DropoutState(uint Seed, uint Step, long FirstSample);

/// <summary>The places in a layer where dropout acts; the numbers are part of the generator's counter.</summary>
internal enum DropoutSite
{
    /// <summary>Embedding output.</summary>
    Embedding = 0,

    /// <summary>Attention probabilities.</summary>
    AttentionProbabilities = 1,

    /// <summary>Output of the attention block.</summary>
    AttentionOutput = 2,

    /// <summary>Output of the feed-forward block.</summary>
    FeedForwardOutput = 3,

    /// <summary>Input of the classifier.</summary>
    Classifier = 4,
}

/// <summary>Turns token ids into hidden states.</summary>
internal interface IEncoder
{
    /// <summary>Encodes a batch.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="dropout">Masks to draw while training; null for evaluation.</param>
    /// <returns>Hidden states after the last norm, (B, S, H); where gradients are recorded, connected to autograd or a leaf of it.</returns>
    Tensor Encode(EncoderInput input, DropoutState? dropout);

    /// <summary>The same for the first token of each row, (B, H): the last layer computes nothing else that it need not.</summary>
    /// <inheritdoc cref="Encode"/>
    Tensor EncodeFirst(EncoderInput input, DropoutState? dropout);

    /// <summary>Takes the gradient that autograd has left at the result of the last <see cref="Encode"/> or <see cref="EncodeFirst"/> through the encoder, into the parameters' gradients.</summary>
    /// <param name="trainedFrom">The lowest <see cref="ParameterSlot.Depth"/> whose gradients are needed.</param>
    void Backward(int trainedFrom = 0);
}
