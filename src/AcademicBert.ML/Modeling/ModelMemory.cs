using System.Globalization;

namespace AcademicBert.Modeling;

/// <summary>The memory that training takes at least: for the parameters of the layers and the positions, activations not counted.</summary>
internal static class ModelMemory
{
    // An fp32 value, its gradient and two moments.
    private const int BytesOfAParameter = 16;

    /// <summary>Throws where a model cannot be trained on this machine's CPU, before libtorch does with the words of its allocator.</summary>
    /// <param name="model">The model; its vocabulary need not be known yet.</param>
    /// <param name="machineBytes">Memory of the machine.</param>
    /// <exception cref="ArgumentException">The memory is not enough; the message names the sizes.</exception>
    public static void Require(BertConfig model, double machineBytes)
    {
        double needed = LeastBytes(model);
        if (needed <= machineBytes)
            return;
        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"To train a network of {nameof(BertConfig)}.{nameof(BertConfig.Layers)} {model.Layers}, {nameof(BertConfig)}.{nameof(BertConfig.HiddenSize)} {model.HiddenSize} and {nameof(BertConfig)}.{nameof(BertConfig.IntermediateSize)} {model.IntermediateSize} takes at least {needed / 1e9:N1} GB of memory, and this machine has {machineBytes / 1e9:N1} GB. Make it smaller."));
    }

    /// <summary>Bytes of its parameters with what trains them.</summary>
    public static double LeastBytes(BertConfig model)
    {
        double width = model.HiddenSize, attention = 4 * width * width, feedForward = width * (model.InnerSize + model.IntermediateSize);
        return BytesOfAParameter * (model.Layers * (attention + feedForward) + width * ((double)model.VocabularySize + model.MaxPositions));
    }
}
