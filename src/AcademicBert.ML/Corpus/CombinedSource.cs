namespace AcademicBert.Corpus;

/// <summary>Several sources read one after the other as one corpus.</summary>
public sealed class CombinedSource : IDocumentSource
{
    private readonly IDocumentSource[] _sources;

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
    public IEnumerable<Document> Read(CancellationToken cancellationToken = default) =>
        _sources.SelectMany(source => source.Read(cancellationToken));
}
