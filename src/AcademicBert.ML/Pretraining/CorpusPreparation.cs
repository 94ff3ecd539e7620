using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>From documents to a prepared corpus: trains a vocabulary where none is given, tokenizes, and takes up what an earlier start has prepared.</summary>
public static class CorpusPreparation
{
    // Share of the tokens.
    private const double ManyUnknown = 0.05;

    /// <summary>Prepares a corpus folder, or opens the one that is there.</summary>
    /// <param name="source">The documents.</param>
    /// <param name="folder">The corpus folder.</param>
    /// <param name="corpus">How documents become samples.</param>
    /// <param name="vocabulary">How a vocabulary is trained where there is no tokenizer.</param>
    /// <param name="tokenizer">The tokenizer; null: a vocabulary is trained from the documents.</param>
    /// <param name="log">Receives notes, one line each.</param>
    /// <param name="progress">Told how far tokenization is.</param>
    /// <param name="cancellationToken">Stops the preparation; nothing half-made is left.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the folder holds a corpus prepared with other options; the message names the option.</exception>
    /// <exception cref="InvalidDataException">There is no text, or text that cannot be read; the message names the file.</exception>
    public static PreparedCorpus Prepare(
        IDocumentSource source, string folder, CorpusOptions corpus, VocabularyTrainerOptions vocabulary, BertWordPieceTokenizer? tokenizer = null,
        Action<string>? log = null, IProgress<CorpusProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        corpus.Validate();
        if (File.Exists(Path.Combine(folder, CorpusManifest.FileName)) && !corpus.Overwrite)
        {
            log?.Invoke($"The corpus '{folder}' is there already.");
            return OpenMatching(folder, source, corpus, vocabulary, tokenizer, cancellationToken);
        }

        VocabularyTrainerOptions? training = tokenizer is null ? vocabulary with { Threads = 1 } : null;
        tokenizer ??= BertWordPieceTokenizer.Create(TrainVocabulary(source, vocabulary, log, cancellationToken), vocabulary.Tokenization);
        PreparedCorpus prepared = CorpusBuilder.Build(source, tokenizer, folder, corpus, training, progress, cancellationToken);
        log?.Invoke($"Corpus: {prepared.Manifest.DocumentsRead} document{(prepared.Manifest.DocumentsRead == 1 ? "" : "s")}, {prepared.Manifest.Tokens} tokens of {tokenizer.Vocabulary.Count} words, {prepared.Train.SampleCount} samples to train on; held out: {prepared.Manifest.Validation.DocumentCount} document{(prepared.Manifest.Validation.DocumentCount == 1 ? "" : "s")}, {prepared.Validation.SampleCount} samples.");
        if (prepared.Manifest.UnknownTokens > ManyUnknown * prepared.Manifest.Tokens)
            log?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{100.0 * prepared.Manifest.UnknownTokens / prepared.Manifest.Tokens:F0} % of the tokens are [UNK], of which nothing is learnt. Use a vocabulary of this text, or let the one that is trained be larger (vocabulary.size) and have more characters (vocabulary.alphabetLimit)."));
        return prepared;
    }

    /// <summary>Trains a vocabulary from documents.</summary>
    /// <param name="source">The documents.</param>
    /// <param name="options">Size and rules.</param>
    /// <param name="log">Told in one line how well the vocabulary covers the documents.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="InvalidDataException">There is no text, or text that cannot be read; the message names the file.</exception>
    public static Vocabulary TrainVocabulary(IDocumentSource source, VocabularyTrainerOptions options, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options.Validate();
        try
        {
            Vocabulary vocabulary = VocabularyTrainer.Train(source.Read(cancellationToken).Select(document => document.Text), options, out VocabularyCoverage coverage, cancellationToken);
            log?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Vocabulary: {vocabulary.Count} pieces; {coverage.WholeWordShare * 100:F1} % of {coverage.Words} words are one piece, {coverage.UnknownShare * 100:F3} % are unknown."));
            return vocabulary;
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"No vocabulary can be trained from {source.Description}: {error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal)}", error);
        }
    }

    private static PreparedCorpus OpenMatching(
        string folder, IDocumentSource source, CorpusOptions options, VocabularyTrainerOptions vocabulary, BertWordPieceTokenizer? tokenizer, CancellationToken cancellationToken)
    {
        PreparedCorpus corpus = PreparedCorpus.Open(folder);
        CorpusManifest manifest = corpus.Manifest;
        string? other =
            manifest.SequenceLength != options.SequenceLength ? Changed(nameof(CorpusOptions.SequenceLength), manifest.SequenceLength, options.SequenceLength)
            : manifest.Packing != options.Packing ? Changed(nameof(CorpusOptions.Packing), manifest.Packing, options.Packing)
            : manifest.HeldOutFraction != options.HeldOutFraction ? Changed(nameof(CorpusOptions.HeldOutFraction), manifest.HeldOutFraction, options.HeldOutFraction)
            : manifest.ShortSampleProbability != options.ShortSampleProbability ? Changed(nameof(CorpusOptions.ShortSampleProbability), manifest.ShortSampleProbability, options.ShortSampleProbability)
            : manifest.ShortSampleProbability > 0 && manifest.Seed != options.Seed ? Changed(nameof(CorpusOptions.Seed), manifest.Seed, options.Seed)
            : manifest.RemoveDuplicates != options.RemoveDuplicates ? Changed(nameof(CorpusOptions.RemoveDuplicates), manifest.RemoveDuplicates, options.RemoveDuplicates)
            : manifest.MinDocumentLength != options.MinDocumentLength ? Changed(nameof(CorpusOptions.MinDocumentLength), manifest.MinDocumentLength, options.MinDocumentLength)
            : manifest.MaxDocumentLength != options.MaxDocumentLength ? Changed(nameof(CorpusOptions.MaxDocumentLength), manifest.MaxDocumentLength, options.MaxDocumentLength)
            : tokenizer is null && manifest.VocabularyTraining is { } training && OptionsFile.Differences(training, vocabulary, "threads") is [var difference, ..] ? $"with a vocabulary that was trained otherwise: {difference}"
            : tokenizer is not null && tokenizer.Fingerprint != manifest.TokenizerFingerprint ? "with another tokenizer"
            : OtherText(manifest, source, cancellationToken);
        if (other is null)
            return corpus;
        corpus.Dispose();
        throw new ArgumentException($"'{folder}' holds a corpus that was prepared {other}. Give the text and the options it was prepared with, those of a recipe too, or name another folder; to go on with the corpus as it is, name it in the place of the text; where no run is to go on with it, {nameof(CorpusOptions)}.{nameof(CorpusOptions.Overwrite)} replaces it.", nameof(folder));
    }

    // Where the text tells itself from other text, it does not matter how its place is written.
    private static string? OtherText(CorpusManifest manifest, IDocumentSource source, CancellationToken cancellationToken)
    {
        if (manifest.SourceFingerprint is not { } before || source is not IFingerprintedSource text)
            return manifest.Source == source.Description ? null : $"from other text: {manifest.Source} -> {source.Description}";
        string now = text.Fingerprint(cancellationToken);
        return now == before ? null : $"from other text: {manifest.Source} ({before}) -> {source.Description} ({now})";
    }

    private static string Changed(string option, object before, object now) =>
        string.Create(CultureInfo.InvariantCulture, $"with another value of {nameof(CorpusOptions)}.{option}: {before} -> {now}");
}
