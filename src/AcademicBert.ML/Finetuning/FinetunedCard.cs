using System.Globalization;
using System.Text;

namespace AcademicBert.Finetuning;

/// <summary>The README of a fine-tuned model: how it was trained, and below that what it began with.</summary>
internal static class FinetunedCard
{
    private const string Fence = "---";

    /// <param name="start">The card of the model it began with; null: that has none.</param>
    /// <param name="options">How it was trained.</param>
    /// <param name="rows">Rows it was trained on.</param>
    public static string Write(string? start, FinetuningOptions options, int rows)
    {
        var text = new StringBuilder();
        text.AppendLine("# BERT, fine-tuned with AcademicBert").AppendLine();
        text.AppendLine("| | |").AppendLine("|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Rows | {rows:N0} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Trained | {options.Epochs} epoch{(options.Epochs == 1 ? "" : "s")} at most, in batches of {options.BatchSize:N0} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Learning rate | peak {options.LearningRate}, warm-up {options.WarmupProportion:P0} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Seed | {options.Seed} |");
        if (options.Untrained)
            text.AppendLine().AppendLine("It began from random numbers, not from a pretrained model.");
        else if (start is not null)
            text.AppendLine().AppendLine("What it began with:").AppendLine().Append(Below(start));
        return text.ToString();
    }

    // A level deeper, without what a hub reads.
    private static string Below(string card)
    {
        string text = card.ReplaceLineEndings("\n");
        if (text.StartsWith(Fence, StringComparison.Ordinal) && text.IndexOf($"\n{Fence}\n", StringComparison.Ordinal) is > 0 and var end)
            text = text[(end + Fence.Length + 2)..].TrimStart();
        return $"\n{text}".Replace("\n#", "\n##", StringComparison.Ordinal)[1..];
    }
}
