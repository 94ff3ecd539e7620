using AcademicBert.Native;

namespace AcademicBert.Modeling.Fused;

/// <summary>What a pass through a layer knows of its surroundings.</summary>
internal readonly record struct LayerPass
{
    /// <summary>Rows of the batch.</summary>
    public required RowBlock Block { get; init; }

    /// <summary>Shape of attention.</summary>
    public required AttentionShape Attention { get; init; }

    /// <summary>Whether it goes in one pass.</summary>
    public required bool FusesAttention { get; init; }

    /// <summary>Real tokens of each sample, int32; 0: none is padded.</summary>
    public required nint Lengths { get; init; }

    /// <summary>Masks to draw; null: no dropout.</summary>
    public required DropoutState? Masks { get; init; }

    /// <summary>What attention's output is added to, fp32.</summary>
    public required nint Residual { get; init; }

    /// <summary>Where post-LN keeps the normed stream inside the layer; 0 for pre-LN.</summary>
    public required nint MiddleStream { get; init; }

    /// <summary>Where post-LN keeps the normed stream behind the layer; 0 for pre-LN.</summary>
    public required nint NextStream { get; init; }

    /// <summary>What the next layer reads.</summary>
    public required BoundaryMemory Next { get; init; }

    /// <summary>The norm behind the attention block, and its gradients.</summary>
    public required NormPointers MiddleNorm { get; init; }

    public required NormPointers MiddleNormGradient { get; init; }

    /// <summary>The norm behind the feed-forward block, and its gradients.</summary>
    public required NormPointers NextNorm { get; init; }

    public required NormPointers NextNormGradient { get; init; }

    /// <summary>What the feed-forward block's output is added to, fp32.</summary>
    public nint MiddleResidual(LayerMemory memory) => MiddleStream != 0 ? MiddleStream : memory.MiddleSum.Address;

    /// <summary>Whether anything is dropped.</summary>
    public bool Drops(double probability) => Masks is not null && probability > 0;

    /// <summary>The decisions of a place in the layer.</summary>
    public DropoutDecisions Dropout(double probability, int layer, DropoutSite site) =>
        Masks is { } masks && probability > 0 ? new DropoutDecisions(masks.Seed, masks.Step, (uint)(layer * 8 + (int)site), (uint)masks.FirstSample, probability) : DropoutDecisions.None;
}
