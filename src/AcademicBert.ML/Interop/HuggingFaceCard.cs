using System.Globalization;
using System.Text;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Interop;

/// <summary>The model card of an exported folder: what the hub reads of it, then the card of the run, or the shape where there is no run.</summary>
internal static class HuggingFaceCard
{
    private const string Fence = "---";

    public static string Write(PretrainedBert bert)
    {
        if (bert.Card is { } card && card.StartsWith(Fence, StringComparison.Ordinal))
            return card;
        var text = new StringBuilder();
        text.AppendLine(Fence).AppendLine("library_name: transformers").AppendLine("tags:").AppendLine("- bert").AppendLine("- academic-bert");
        if (PipelineTag(bert.Model.Head.Kind) is { } tag)
            text.AppendLine(CultureInfo.InvariantCulture, $"pipeline_tag: {tag}");
        text.AppendLine(Fence).AppendLine();
        text.Append(bert.Card ?? Shape(bert));
        if (bert.Config.NormPlacement == NormPlacement.PreLayerNorm)
            text.AppendLine().AppendLine("A pre-LN model: Transformers loads it as `megatron-bert`.");
        return text.ToString();
    }

    private static string? PipelineTag(HeadKind head) => head switch
    {
        HeadKind.MaskedLanguageModel or HeadKind.MaskedLanguageModelWithNextSentence => "fill-mask",
        HeadKind.Classifier => "text-classification",
        HeadKind.TokenClassifier => "token-classification",
        _ => "feature-extraction",
    };

    private static string Shape(PretrainedBert bert) => string.Create(CultureInfo.InvariantCulture,
        $"# BERT\n\n{bert.Config.Layers} layer{(bert.Config.Layers == 1 ? "" : "s")}, hidden {bert.Config.HiddenSize}, {bert.Config.Heads} heads, feed-forward {bert.Config.IntermediateSize}, vocabulary {bert.Config.VocabularySize:N0}, {bert.Model.Parameters.Slots.Sum(slot => slot.Count):N0} parameters.\n");
}
