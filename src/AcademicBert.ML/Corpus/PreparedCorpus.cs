using AcademicBert.Tokenization;

namespace AcademicBert.Corpus;

/// <summary>How much of a corpus is checked when it is opened.</summary>
public enum CorpusVerification
{
    /// <summary>Checksums of stores up to 256 MB of tokens, which stay in memory as they were checked; of others headers and sizes. Default.</summary>
    Automatic,

    /// <summary>Headers and sizes only.</summary>
    Headers,

    /// <summary>Checksums of everything.</summary>
    Checksums,
}

/// <summary>A corpus that was tokenized once.</summary>
public sealed class PreparedCorpus : IDisposable
{
    private PreparedCorpus(string folder, CorpusManifest manifest, BertWordPieceTokenizer tokenizer, TokenStore train, TokenStore validation)
    {
        (Folder, Manifest, Tokenizer, Train, Validation) = (folder, manifest, tokenizer, train, validation);
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>What the corpus is made of and how.</summary>
    public CorpusManifest Manifest { get; }

    /// <summary>The tokenizer the corpus was tokenized with.</summary>
    public BertWordPieceTokenizer Tokenizer { get; }

    /// <summary>Tells corpora apart: equal for the same training samples of the same tokenizer.</summary>
    internal string Fingerprint => $"{Manifest.TokenizerFingerprint}:{Manifest.Train.TokensChecksum}";

    /// <summary>Training samples.</summary>
    public TokenStore Train { get; }

    /// <summary>Held-out samples.</summary>
    public TokenStore Validation { get; }

    /// <summary>Opens a corpus folder.</summary>
    /// <param name="folder">A folder made by <see cref="CorpusBuilder"/>.</param>
    /// <param name="verification">How much is checked.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, truncated or of another corpus; the message names it.</exception>
    public static PreparedCorpus Open(string folder, CorpusVerification verification = CorpusVerification.Automatic)
    {
        folder = Path.GetFullPath(folder);
        CorpusManifest manifest = CorpusManifest.Load(folder);
        string vocabularyPath = Path.Combine(folder, "vocab.txt");
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(Vocabulary.Load(vocabularyPath), manifest.Tokenization);
        if (tokenizer.Fingerprint != manifest.TokenizerFingerprint)
            throw new InvalidDataException($"{vocabularyPath}: not the vocabulary the corpus was tokenized with. Prepare the corpus again.");

        TokenStore train = OpenStore(folder, "train", manifest, manifest.Train, tokenizer.Vocabulary.Count, verification);
        try
        {
            return new PreparedCorpus(folder, manifest, tokenizer, train, OpenStore(folder, "validation", manifest, manifest.Validation, tokenizer.Vocabulary.Count, verification));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    private static TokenStore OpenStore(string folder, string name, CorpusManifest manifest, StoreManifest expected, int vocabularySize, CorpusVerification verification)
    {
        var store = TokenStore.Open(folder, name, manifest.TokenizerFingerprint);
        try
        {
            if (store.SampleCount != expected.SampleCount || store.TokenCount != expected.TokenCount || store.SequenceLength != manifest.SequenceLength || store.VocabularySize != vocabularySize)
                throw new InvalidDataException($"{Path.Combine(folder, name + ".tokens")}: holds {store.SampleCount} samples where {CorpusManifest.FileName} says {expected.SampleCount}; it is of another corpus. Prepare the corpus again.");
            if (verification == CorpusVerification.Checksums || (verification == CorpusVerification.Automatic && store.IsHeld))
                store.Verify(expected);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
    }
}
