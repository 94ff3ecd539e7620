using AcademicBert.Glue;

namespace AcademicBert.Similarity;

/// <summary>Two sentences and how alike they are, from 0 to 5.</summary>
internal sealed class Pair
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public float Label { get; set; }

    public static Pair Of(GlueRow row) => new() { Sentence1 = row.Sentence1, Sentence2 = row.Sentence2 ?? "", Label = row.Label };
}
