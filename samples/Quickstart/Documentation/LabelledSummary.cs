namespace AcademicBert.Quickstart.Documentation;

/// <summary>A row of the labelled task.</summary>
internal sealed class LabelledSummary
{
    /// <summary>The summary, without what gives its namespace away.</summary>
    public string Text { get; set; } = "";

    /// <summary>The namespace family.</summary>
    public string Label { get; set; } = "";
}
