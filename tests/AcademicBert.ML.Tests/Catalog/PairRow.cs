using AcademicBert.Tests.Pretraining;

namespace AcademicBert.Tests.Catalog;

/// <summary>Two sentences, and whether (or how much) they say the same; the two classes are of unequal size.</summary>
internal sealed class PairRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public bool Label { get; set; }

    public float Similarity { get; set; }

    /// <summary>Rows in random order, the second sentence of those of the label False about something else.</summary>
    public static PairRow[] Make(int count, int seed, double sameShare = 0.5)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            bool same = random.NextDouble() < sameShare;
            int first = random.Next(3), second = same ? first : first + 3;
            return new PairRow
            {
                Sentence1 = $"{TinyText.Subjects[first]} {TinyText.Actions[first]}",
                Sentence2 = $"{TinyText.Subjects[second]} {TinyText.Actions[second]} {TinyText.Times[random.Next(TinyText.Times.Length)]}",
                Label = same,
                Similarity = same ? 5 : 1,
            };
        })];
    }
}
