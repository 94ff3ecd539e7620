namespace AcademicBert.Corpus;

/// <summary>One document of a corpus.</summary>
/// <param name="Source">Where it comes from, for messages and for the held-out split: a file path, a file and line, or a row.</param>
/// <param name="Text">Its text; paragraphs are separated by line breaks.</param>
public readonly record struct Document(string Source, string Text);

/// <summary>A source of documents that gives the same documents in the same order each time it is read.</summary>
public interface IDocumentSource
{
    /// <summary>What is read, for messages: a folder, a file pattern, a column.</summary>
    string Description { get; }

    /// <summary>Reads all documents, lazily and in a deterministic order.</summary>
    /// <param name="cancellationToken">Stops the reading with <see cref="OperationCanceledException"/>.</param>
    IEnumerable<Document> Read(CancellationToken cancellationToken = default);
}
