using AcademicBert.Corpus;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>Options of <see cref="BertPretrainingEstimator"/>: from a text column to a pretrained model.</summary>
public sealed record BertPretrainingOptions
{
    /// <summary>Column of sentence embeddings that the fitted transformer adds. Default "Embedding".</summary>
    public string OutputColumnName { get; init; } = "Embedding";

    /// <summary>Column of text; each row is a document of the corpus. Default "Text".</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>The model, the budget and the recipe.</summary>
    public PretrainingOptions Pretraining { get; init; } = new();

    /// <summary>How documents become samples.</summary>
    public CorpusOptions Corpus { get; init; } = new();

    /// <summary>Documents to train on instead of the rows, such as a folder of text files that is larger than memory; null: the rows.</summary>
    public IDocumentSource? Source { get; init; }

    /// <summary>The tokenizer; null: that of <see cref="PretrainingOptions.From"/>, or a vocabulary is trained from the documents.</summary>
    public BertWordPieceTokenizer? Tokenizer { get; init; }

    /// <summary>How the vocabulary is trained when there is no <see cref="Tokenizer"/>.</summary>
    public VocabularyTrainerOptions Vocabulary { get; init; } = new();

    /// <summary>
    /// Folder of the run: corpus, options, metrics, checkpoints and model; fitting again on the same rows continues there, other rows are
    /// refused. Leave it null for ML.NET's <c>CrossValidate</c>, which fits on other rows for every fold. Default null: a temporary corpus, and nothing stays.
    /// </summary>
    public string? RunFolder { get; init; }

    /// <summary>Called after every step and every validation, on the training thread.</summary>
    public Action<TrainingProgress>? MetricsCallback { get; init; }

    /// <summary>Stops fitting with <see cref="OperationCanceledException"/>; a run folder gets a checkpoint first.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        OptionValues.Check(this);
        if (OutputColumnName is "")
            throw new ArgumentException($"{nameof(BertPretrainingOptions)}.{nameof(OutputColumnName)} is empty; name the column to add.");
        if (InputColumnName is "")
            throw new ArgumentException($"{nameof(BertPretrainingOptions)}.{nameof(InputColumnName)} is empty; name the column of text.");
        if (RunFolder is "")
            throw new ArgumentException($"{nameof(BertPretrainingOptions)}.{nameof(RunFolder)} is empty; name a folder, or leave it null.");
        Pretraining.Validate();
        Corpus.Validate();
        if (Tokenizer is null)
            Vocabulary.Validate();
    }
}
