namespace AcademicBert.Corpus;

/// <summary>How far the preparation of a corpus has come.</summary>
/// <param name="Documents">Documents finished.</param>
/// <param name="Bytes">Their size as UTF-8.</param>
/// <param name="Tokens">Tokens made of them.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Fraction">Share of the source that has been read, where the source can tell; else null.</param>
public readonly record struct CorpusProgress(long Documents, long Bytes, long Tokens, TimeSpan Elapsed, double? Fraction)
{
    /// <summary>Mean rate so far in 10^6 bytes of text a second.</summary>
    public double MegabytesPerSecond => Elapsed > TimeSpan.Zero ? Bytes / 1e6 / Elapsed.TotalSeconds : 0;

    /// <summary>Expected time to the end, where the source can tell how far it has been read.</summary>
    public TimeSpan? TimeLeft => Fraction is > 0 ? Elapsed * ((1 - Fraction.Value) / Fraction.Value) : null;
}
