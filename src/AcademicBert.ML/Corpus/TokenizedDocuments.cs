using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using AcademicBert.Tokenization;

namespace AcademicBert.Corpus;

/// <summary>A document as token ids with the ends of its sentences.</summary>
/// <param name="Hash">Hash of its text: what the held-out split goes by.</param>
/// <param name="Identity">A longer hash, to find duplicates by; 0 if they are kept.</param>
/// <param name="Characters">Length of its text.</param>
/// <param name="Bytes">Length of its text as UTF-8.</param>
/// <param name="UnknownTokens">How many tokens are [UNK].</param>
/// <param name="TokensEnd">End of its tokens in the batch.</param>
/// <param name="SentencesEnd">End of its sentences in the batch.</param>
internal readonly record struct TokenizedDocument(
    ulong Hash, UInt128 Identity, int Characters, int Bytes, int UnknownTokens, int TokensEnd, int SentencesEnd);

/// <summary>A batch of tokenized documents in reusable buffers.</summary>
internal sealed class TokenizedDocuments
{
    private readonly List<int> _tokens = [];
    private readonly List<int> _sentenceEnds = [];
    private readonly List<TokenizedDocument> _documents = [];
    private readonly List<int> _characterEnds = [];

    public int Count => _documents.Count;

    public TokenizedDocument this[int index] => _documents[index];

    /// <summary>Token ids of a document.</summary>
    public ReadOnlySpan<int> Tokens(int index)
    {
        int start = index == 0 ? 0 : _documents[index - 1].TokensEnd;
        return CollectionsMarshal.AsSpan(_tokens)[start.._documents[index].TokensEnd];
    }

    /// <summary>Ends of its sentences, counted in tokens from the document's first; every sentence has a token.</summary>
    public ReadOnlySpan<int> SentenceEnds(int index)
    {
        int start = index == 0 ? 0 : _documents[index - 1].SentencesEnd;
        return CollectionsMarshal.AsSpan(_sentenceEnds)[start.._documents[index].SentencesEnd];
    }

    /// <summary>Replaces the content by the given documents.</summary>
    public void Fill(IReadOnlyList<Document> documents, BertWordPieceTokenizer tokenizer, CorpusOptions options)
    {
        _tokens.Clear();
        _sentenceEnds.Clear();
        _documents.Clear();
        foreach (Document document in documents)
        {
            if (document.Text.Length >= options.MinDocumentLength && document.Text.Length <= options.MaxDocumentLength)
                Tokenize(document.Text, tokenizer);
            Close(document.Text, tokenizer.Vocabulary.UnknownId, options.RemoveDuplicates);
        }
    }

    private void Tokenize(ReadOnlySpan<char> text, BertWordPieceTokenizer tokenizer)
    {
        int first = _tokens.Count;
        int start = 0;
        SentenceSplitter.Split(text, _characterEnds);
        foreach (int end in _characterEnds)
        {
            int before = _tokens.Count;
            tokenizer.AppendIds(text[start..end], _tokens);
            if (_tokens.Count > before)
                _sentenceEnds.Add(_tokens.Count - first);
            start = end;
        }
    }

    private void Close(string text, int unknownId, bool identify)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
        int tokensStart = _documents.Count == 0 ? 0 : _documents[^1].TokensEnd;
        _documents.Add(new TokenizedDocument(
            XxHash3.HashToUInt64(bytes),
            identify ? XxHash128.HashToUInt128(bytes) : default,
            text.Length,
            Encoding.UTF8.GetByteCount(text),
            CollectionsMarshal.AsSpan(_tokens)[tokensStart..].Count(unknownId),
            _tokens.Count,
            _sentenceEnds.Count));
    }
}
