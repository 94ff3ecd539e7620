namespace AcademicBert.Benchmarks.Score;

/// <summary>A row as ML.NET reads it.</summary>
internal sealed class TextRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public string Label { get; set; } = "0";

    public float Number { get; set; }
}

/// <summary>What is read of a scored row.</summary>
internal sealed class TextScore
{
    public float[] Score { get; set; } = [];
}
