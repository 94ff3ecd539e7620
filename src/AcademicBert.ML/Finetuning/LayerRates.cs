using AcademicBert.Modeling;

namespace AcademicBert.Finetuning;

/// <summary>
/// Which parameters fine-tuning changes, and how fast: the head at the full learning rate, each layer below it at
/// <see cref="FinetuningOptions.LayerDecay"/> of the one above, the frozen ones not at all.
/// </summary>
internal sealed class LayerRates
{
    private readonly int _head;
    private readonly double _decay;

    /// <inheritdoc cref="Require"/>
    public LayerRates(FinetuningOptions options, int layers)
    {
        Require(options, layers);
        (_head, _decay) = (layers + 1, options.LayerDecay);
        TrainedFrom = options.FrozenLayers > 0 ? options.FrozenLayers + 1 : options.FreezeEmbeddings ? 1 : 0;
    }

    /// <summary>Requires that options fit a model.</summary>
    /// <exception cref="ArgumentException">More layers are to be frozen than the model has; the message names the option.</exception>
    public static void Require(FinetuningOptions options, int layers)
    {
        if (options.FrozenLayers > layers)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.FrozenLayers)} is {options.FrozenLayers}; the model has {layers} layer{(layers == 1 ? "" : "s")}.", nameof(FinetuningOptions.FrozenLayers));
    }

    /// <summary>The lowest <see cref="ParameterSlot.Depth"/> that is trained.</summary>
    public int TrainedFrom { get; }

    /// <summary>Factor of the learning rate; 0 for a parameter that stays as it is.</summary>
    public double Of(ParameterSlot slot) => slot.Depth < TrainedFrom ? 0 : Math.Pow(_decay, _head - slot.Depth);
}
