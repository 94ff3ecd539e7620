namespace AcademicBert.Interop;

/// <summary>The numbers an exported network computes with.</summary>
public enum OnnxPrecision
{
    /// <summary>fp32: the numbers of the model itself.</summary>
    Float32,

    /// <summary>fp16 weights and activations, half the size; for GPUs. Norms of RMSNorm models, means and outputs are fp32.</summary>
    Float16,

    /// <summary>
    /// 8-bit weights, a scale for each output, and activations quantized as they come (DynamicQuantizeLinear, MatMulInteger): a quarter of the size, for CPUs.
    /// Weights use 7 of the 8 bits, so that no processor's 16-bit sums overflow.
    /// </summary>
    Int8,
}

/// <summary>Which part of a model is exported.</summary>
public enum OnnxPart
{
    /// <summary>The head's outputs, <c>logits</c>; the encoder where there is no head.</summary>
    Head,

    /// <summary>The encoder's: <c>last_hidden_state</c>, <c>sentence_embedding</c> (the mean over the tokens) and, where the model has a pooler, <c>pooler_output</c>.</summary>
    Encoder,
}

/// <summary>How a model is exported to ONNX.</summary>
public sealed record OnnxOptions
{
    /// <summary>What it computes with. Default fp32.</summary>
    public OnnxPrecision Precision { get; init; }

    /// <summary>Which part. Default: the head.</summary>
    public OnnxPart Part { get; init; }

    /// <summary>Names of a classifier's classes, in the order of its outputs; null: those of the model.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Bytes of weights above which they go to a file of their own, <c>model.onnx.data</c>; the format allows 2 GB in one file. Default 1.8 GB.</summary>
    public long ExternalDataAbove { get; init; } = 1_800_000_000;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Precision))
            throw new ArgumentException($"{nameof(OnnxOptions)}.{nameof(Precision)} is {Precision}; it must be one of {string.Join(", ", Enum.GetNames<OnnxPrecision>())}.");
        if (!Enum.IsDefined(Part))
            throw new ArgumentException($"{nameof(OnnxOptions)}.{nameof(Part)} is {Part}; it must be one of {string.Join(", ", Enum.GetNames<OnnxPart>())}.");
        if (ExternalDataAbove is < 0 or > 1_900_000_000)
            throw new ArgumentException($"{nameof(OnnxOptions)}.{nameof(ExternalDataAbove)} is {ExternalDataAbove}; it must be between 0 and 1,900,000,000.");
    }
}
