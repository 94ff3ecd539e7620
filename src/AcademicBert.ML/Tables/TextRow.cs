namespace AcademicBert.Tables;

/// <summary>A row to predict.</summary>
/// <param name="Text">The text, or the first of a pair.</param>
/// <param name="SecondText">The second text; null: there is none.</param>
public sealed record TextRow(string Text, string? SecondText = null)
{
    /// <summary>Where it stands, for messages: file and line. Default: nothing.</summary>
    public string At { get; init; } = "";
}

/// <summary>A row to learn from.</summary>
/// <param name="Row">The text.</param>
/// <param name="Label">What the label column holds.</param>
internal readonly record struct LabelledTextRow(TextRow Row, string Label);
