using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Pretraining;

/// <summary>The model a run begins with: a new one, or that of a folder.</summary>
internal static class StartingModel
{
    /// <summary>Fits the options to the corpus, and to the folder they go on from, and checks them.</summary>
    /// <exception cref="ArgumentException">An option is invalid, or does not fit; the message names it.</exception>
    public static PretrainingOptions Resolve(PretrainingOptions options, PreparedCorpus corpus)
    {
        options.Validate();
        bool pairs = corpus.Manifest.Packing == PackingMode.SentencePairs;
        BertConfig model = options.From is { } folder ? Stored(folder, options, corpus) : New(options.Model, corpus);
        if (model.MaxPositions < corpus.Train.SequenceLength)
            throw new ArgumentException($"{nameof(BertConfig)}.{nameof(BertConfig.MaxPositions)} is {model.MaxPositions}, but the samples of the corpus have up to {corpus.Train.SequenceLength} tokens.", nameof(options));
        if (corpus.Train.SampleCount == 0)
            throw new ArgumentException($"The corpus '{corpus.Folder}' has no training samples.", nameof(corpus));
        if (pairs && model.TokenTypes < 2)
            throw new ArgumentException($"{nameof(BertConfig)}.{nameof(BertConfig.TokenTypes)} is {model.TokenTypes}, but the corpus has sentence pairs, which need 2.", nameof(options));
        model.Validate();
        return options with { Model = pairs ? model with { TrainedTokenTypes = 2 } : model };
    }

    /// <summary>Throws what <see cref="Resolve"/> does where a corpus that is yet to be made will not fit the folder that the options go on from.</summary>
    public static void Require(PretrainingOptions options, CorpusOptions corpus)
    {
        if (options.From is not { } folder)
            return;
        (BertConfig stored, _) = PretrainedBert.Describe(folder);
        RequireNetwork(options, stored, folder);
        if (stored.MaxPositions < corpus.SequenceLength)
            throw new ArgumentException($"{nameof(CorpusOptions)}.{nameof(CorpusOptions.SequenceLength)} is {corpus.SequenceLength}, but '{folder}' ({nameof(PretrainingOptions)}.{nameof(PretrainingOptions.From)}) has {stored.MaxPositions} positions. Set it to {stored.MaxPositions} or less.", nameof(corpus));
    }

    /// <summary>Makes it.</summary>
    /// <param name="options">Options that were resolved.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="localRank">Which device of the machine.</param>
    /// <param name="log">Told what a folder does not have.</param>
    public static BertModel Create(PretrainingOptions options, PreparedCorpus corpus, int localRank, Action<string> log)
    {
        Device device = DeviceSelection.Resolve(options.Device, localRank);
        if (device.type == TorchSharp.DeviceType.CUDA)
            backends.cuda.matmul.allow_tf32 = options.TensorFloat32;
        HeadSpec head = corpus.Manifest.Packing == PackingMode.SentencePairs ? HeadSpec.MaskedLanguageModelWithNextSentence : HeadSpec.MaskedLanguageModel;
        if (options.From is not { } folder)
            return BertModel.Create(options.Model, head, options.Seed, device, options.Precision, options.Recompute);

        using PretrainedBert start = PretrainedBert.Load(folder);
        BertModel model = Backbone.WithHead(start.Model, head, dropout: null, options.Seed, options.Precision, device, options.Recompute);
        string[] drawn = [.. model.Parameters.Slots.Select(slot => slot.Name).Where(name => !start.Model.Parameters.Contains(name))];
        if (drawn.Length > 0)
            log($"'{folder}' has no {string.Join(", ", drawn)}: drawn anew.");
        return model;
    }

    private static BertConfig New(BertConfig model, PreparedCorpus corpus)
    {
        int words = corpus.Tokenizer.Vocabulary.Count;
        if (model.VocabularySize is not 0 && model.VocabularySize != words)
            throw new ArgumentException($"{nameof(BertConfig)}.{nameof(BertConfig.VocabularySize)} is {model.VocabularySize}, but the corpus was tokenized with {words} words; leave it at 0 to take that.", nameof(model));
        return model with { VocabularySize = words, TrainedTokenTypes = 1 };
    }

    private static BertConfig Stored(string folder, PretrainingOptions options, PreparedCorpus corpus)
    {
        (BertConfig stored, BertWordPieceTokenizer tokenizer) = PretrainedBert.Describe(folder);
        if (tokenizer.Fingerprint != corpus.Tokenizer.Fingerprint)
            throw new ArgumentException($"The corpus '{corpus.Folder}' was tokenized with another vocabulary than that of '{folder}' ({nameof(PretrainingOptions)}.{nameof(PretrainingOptions.From)}); prepare it with that one.", nameof(corpus));
        RequireNetwork(options, stored, folder);
        return stored;
    }

    // The options of a run that is continued have been resolved before; those of a recipe may be of the same network, and leave the size of the vocabulary open.
    private static void RequireNetwork(PretrainingOptions options, BertConfig stored, string folder)
    {
        BertConfig asked = options.Model with { TrainedTokenTypes = stored.TrainedTokenTypes };
        if (asked.VocabularySize == 0)
            asked = asked with { VocabularySize = stored.VocabularySize };
        if (options.Model != new BertConfig() && OptionsFile.Differences(stored, asked) is [var difference, ..])
            throw new ArgumentException($"{nameof(PretrainingOptions)}.{nameof(PretrainingOptions.Model)}, by an option or a recipe, is of another network than '{folder}' ({nameof(PretrainingOptions)}.{nameof(PretrainingOptions.From)}): {difference}. Leave it out.", nameof(options));
    }
}
