namespace AcademicBert.Tables;

/// <summary>A row to predict.</summary>
/// <param name="Text">The text, or the first of a pair.</param>
/// <param name="SecondText">The second text; null: there is none.</param>
public sealed record TextRow(string Text, string? SecondText = null)
{
    /// <summary>Where it stands, for messages: file and line. Default: nothing.</summary>
    public string At { get; init; } = "";

    /// <summary>The line it begins on in its file, from 1. Default 0: it is of no file.</summary>
    public long Line { get; init; }

    /// <summary>Columns of the file that are carried along (<see cref="PredictionOptions.Keep"/>), by name. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Kept { get; init; } = [];
}

/// <summary>A row to learn from.</summary>
/// <param name="Row">The text.</param>
/// <param name="Label">What the label column holds.</param>
internal readonly record struct LabelledTextRow(TextRow Row, string Label);
