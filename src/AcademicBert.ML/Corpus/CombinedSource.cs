namespace AcademicBert.Corpus;

/// <summary>Several sources read one after the other as one corpus.</summary>
public sealed class CombinedSource : IDocumentSource, IReadingProgress, IFingerprintedSource
{
    private readonly IDocumentSource[] _sources;
    private int _finished;

    /// <summary>Makes a source of sources, in the order given.</summary>
    public CombinedSource(params IEnumerable<IDocumentSource> sources)
    {
        _sources = [.. sources];
        if (_sources.Length == 0)
            throw new ArgumentException("At least one source is needed.", nameof(sources));
    }

    /// <inheritdoc/>
    public string Description => string.Join(" + ", _sources.Select(source => source.Description));

    /// <inheritdoc/>
    public IEnumerable<Document> Read(CancellationToken cancellationToken = default)
    {
        for (_finished = 0; _finished < _sources.Length; _finished++)
            foreach (Document document in _sources[_finished].Read(cancellationToken))
                yield return document;
    }

    // Sources count alike, as their sizes need not be known.
    double IReadingProgress.FractionRead =>
        (_finished + (_finished < _sources.Length && _sources[_finished] is IReadingProgress source ? source.FractionRead : 0)) / _sources.Length;

    /// <inheritdoc/>
    string IFingerprintedSource.Fingerprint(CancellationToken cancellationToken) =>
        string.Join(" + ", _sources.Select(source => (source as IFingerprintedSource)?.Fingerprint(cancellationToken)));
}
