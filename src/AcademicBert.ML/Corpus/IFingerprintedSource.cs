namespace AcademicBert.Corpus;

/// <summary>A source that tells its documents from others, so that a corpus which was made of them is not taken for one of others.</summary>
internal interface IFingerprintedSource
{
    /// <summary>A short text, for people too: another one where the documents are others.</summary>
    string Fingerprint(CancellationToken cancellationToken);
}
