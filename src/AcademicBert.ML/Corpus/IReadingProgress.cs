namespace AcademicBert.Corpus;

/// <summary>A source that can tell how far it has been read.</summary>
internal interface IReadingProgress
{
    /// <summary>Share of the bytes that has been read in the reading under way, 0 to 1.</summary>
    double FractionRead { get; }
}
