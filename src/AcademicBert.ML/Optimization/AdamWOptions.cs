namespace AcademicBert.Optimization;

/// <summary>The published forms of Adam; they differ in bias correction, in how the decay acts, and in the size of the step.</summary>
public enum AdamWVariant
{
    /// <summary>Loshchilov and Hutter, as in PyTorch: decay first, bias correction. The paper's choice.</summary>
    Decoupled,

    /// <summary>The original BERT's: no bias correction, decay inside the update.</summary>
    OriginalBert,

    /// <summary>Hugging Face's: bias correction, decay after the update.</summary>
    DecayAfterUpdate,

    /// <summary>Hugging Face's without bias correction.</summary>
    DecayAfterUpdateUncorrected,

    /// <summary>Kingma and Ba, as in PyTorch: the decay is a part of the gradient.</summary>
    Adam,

    /// <summary>LAMB (You et al. 2020): the decoupled update, scaled for each parameter tensor to the norm of its values.</summary>
    Lamb,
}

/// <summary>Settings of AdamW. The defaults are the paper's.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the first moment. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment. Default 0.98.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment. Default 1e-6.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Weight decay of matrices and embeddings; biases and norms have none. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Largest global gradient norm; larger gradients are scaled down to it. Default 0: off, as in the paper.</summary>
    public double MaxGradientNorm { get; init; }

    /// <summary>Which published form. Default the decoupled one.</summary>
    public AdamWVariant Variant { get; init; } = AdamWVariant.Decoupled;

    /// <summary>Throws an <see cref="ArgumentException"/> that names the offending option.</summary>
    public void Validate()
    {
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "at least 0 and below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "at least 0 and below 1");
        Require(Epsilon > 0, nameof(Epsilon), Epsilon, "positive");
        Require(WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "at least 0");
        Require(MaxGradientNorm >= 0, nameof(MaxGradientNorm), MaxGradientNorm, "at least 0; 0 switches clipping off");
    }

    private static void Require(bool holds, string option, double value, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{nameof(AdamWOptions)}.{option} is {value}; it must be {rule}.");
    }
}
