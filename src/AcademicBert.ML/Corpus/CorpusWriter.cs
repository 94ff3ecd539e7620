using AcademicBert.Tokenization;

namespace AcademicBert.Corpus;

/// <summary>The last stage of the preparation: filters, splits, packs and writes documents in their order, and counts.</summary>
internal sealed class CorpusWriter : IDisposable
{
    private readonly CorpusOptions _options;
    private readonly BertWordPieceTokenizer _tokenizer;
    private readonly TokenStoreWriter _train, _validation;
    private readonly SamplePacker _trainPacker, _validationPacker;
    private readonly HeldOutSplit _split;
    private readonly HashSet<UInt128> _seen = [];
    private long _documents, _empty, _filtered, _duplicates, _characters, _sentences, _unknown;

    public CorpusWriter(string folder, BertWordPieceTokenizer tokenizer, CorpusOptions options)
    {
        (_options, _tokenizer) = (options, tokenizer);
        Vocabulary vocabulary = tokenizer.Vocabulary;
        var format = new TokenStoreFormat(0, 0, options.SequenceLength, vocabulary.ClassificationId, vocabulary.SeparatorId, vocabulary.Count, tokenizer.Fingerprint);
        _train = new TokenStoreWriter(folder, "train", format);
        _validation = new TokenStoreWriter(folder, "validation", format);
        _trainPacker = SamplePacker.Create(_train, options, vocabulary.SeparatorId);
        _validationPacker = SamplePacker.Create(_validation, options, vocabulary.SeparatorId);
        _split = new HeldOutSplit(options.HeldOutFraction, _trainPacker, _validationPacker);
    }

    public long Documents => _documents;

    public long Bytes { get; private set; }

    public long Tokens { get; private set; }

    public void Write(TokenizedDocuments documents)
    {
        for (int i = 0; i < documents.Count; i++)
        {
            TokenizedDocument document = documents[i];
            _documents++;
            _characters += document.Characters;
            Bytes += document.Bytes;
            if (document.Characters < _options.MinDocumentLength || document.Characters > _options.MaxDocumentLength)
                _filtered++;
            else if (documents.Tokens(i).IsEmpty)
                _empty++;
            else if (_options.RemoveDuplicates && !_seen.Add(document.Identity))
                _duplicates++;
            else
            {
                ReadOnlySpan<int> tokens = documents.Tokens(i);
                Tokens += tokens.Length;
                _unknown += document.UnknownTokens;
                _sentences += documents.SentenceEnds(i).Length;
                _split.Add(document.Hash, tokens, documents.SentenceEnds(i));
            }
        }
    }

    /// <summary>Finishes the stores.</summary>
    /// <exception cref="InvalidDataException">There is too little text for a corpus.</exception>
    public CorpusManifest Complete(string source)
    {
        _split.Complete();
        if (_split.TrainDocuments == 0)
            throw new InvalidDataException(_split.ValidationDocuments == 0
                ? $"{source}: no text in {_documents} documents ({_empty} empty, {_filtered} left out by their length). Check what is read and its layout."
                : $"{source}: only one document (or several of equal text), so none is left for training after one is held out. Give more rows or files, or files with a {nameof(TextFileOptions)}.{nameof(TextFileOptions.Layout)} that divides them, such as {nameof(TextLayout.BlankLineSeparated)}; or set {nameof(CorpusOptions)}.{nameof(CorpusOptions.HeldOutFraction)} to 0.");
        _trainPacker.Complete();
        _validationPacker.Complete();

        long separators = _trainPacker.Separators + _validationPacker.Separators;
        if (_train.TokenCount + _validation.TokenCount != Tokens + separators)
            throw new InvalidOperationException($"{Tokens} tokens and {separators} separators went in, {_train.TokenCount + _validation.TokenCount} were stored.");
        return new CorpusManifest
        {
            Version = CorpusManifest.CurrentVersion,
            Source = source,
            TokenizerFingerprint = _tokenizer.Fingerprint,
            Tokenization = _tokenizer.Options,
            SequenceLength = _options.SequenceLength,
            Packing = _options.Packing,
            HeldOutFraction = _options.HeldOutFraction,
            ShortSampleProbability = _options.ShortSampleProbability,
            Seed = _options.Seed,
            RemoveDuplicates = _options.RemoveDuplicates,
            MinDocumentLength = _options.MinDocumentLength,
            MaxDocumentLength = _options.MaxDocumentLength,
            DocumentsRead = _documents,
            EmptyDocuments = _empty,
            FilteredDocuments = _filtered,
            DuplicateDocuments = _duplicates,
            Characters = _characters,
            Sentences = _sentences,
            Tokens = Tokens,
            UnknownTokens = _unknown,
            Separators = separators,
            Train = _train.Complete() with { DocumentCount = _split.TrainDocuments },
            Validation = _validation.Complete() with { DocumentCount = _split.ValidationDocuments },
        };
    }

    public void Dispose()
    {
        _train.Dispose();
        _validation.Dispose();
    }
}
