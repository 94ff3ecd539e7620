using AcademicBert.Modeling;
using static TorchSharp.torch;

namespace AcademicBert.Training;

/// <summary>Starts a model from a pretrained one, which stays as it is.</summary>
internal static class Backbone
{
    /// <summary>A new model with the pretrained encoder and a head: the pretrained one where it is the same, else a new one.</summary>
    /// <param name="pretrained">The pretrained model.</param>
    /// <param name="head">The head.</param>
    /// <param name="dropout">Dropout everywhere; null: as pretrained.</param>
    /// <param name="seed">Seed of what is new.</param>
    /// <param name="precision">Type of matrix products.</param>
    /// <param name="device">Where it lives; null: where the pretrained one does.</param>
    /// <param name="recomputes">Whether the backward pass computes activations again.</param>
    /// <param name="pairs">Whether it will be trained on pairs, and so its second segment too.</param>
    public static BertModel WithHead(
        BertModel pretrained, HeadSpec head, double? dropout, ulong seed, ComputePrecision precision, Device? device = null, bool recomputes = false, bool pairs = false)
    {
        BertConfig config = pretrained.Config;
        if (pairs && config.TrainedTokenTypes < 2 && config.TokenTypes > 1)
            config = config with { TrainedTokenTypes = 2 };
        if (dropout is { } rate)
            config = config with { HiddenDropout = rate, AttentionDropout = rate };
        BertModel model = BertModel.Create(config, head, seed, device ?? pretrained.Device, precision, recomputes);
        foreach (ParameterSlot slot in model.Parameters.Slots)
            if (pretrained.Parameters.Contains(slot.Name) && pretrained.Parameters[slot.Name].shape.AsSpan().SequenceEqual(slot.Shape))
                CopyValue(pretrained.Parameters, model.Parameters, slot.Name);
        StartUntrainedSegments(model, pretrained.Config.TrainedTokenTypes);
        return model;
    }

    private static void CopyValue(FlatParameters from, FlatParameters to, string name)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        to[name].copy_(from[name]);
        to.Changed();
    }

    private static void StartUntrainedSegments(BertModel model, int? trainedTypes)
    {
        if (trainedTypes is not { } trained)
            return;
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor segments_TH = model.Parameters[ParameterNames.TokenTypeEmbeddings];
        for (int row = trained; row < model.Config.TokenTypes; row++)
            segments_TH[row].copy_(segments_TH[0]);
        model.Parameters.Changed();
    }
}
