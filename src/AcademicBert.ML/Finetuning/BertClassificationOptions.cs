using Microsoft.ML;

namespace AcademicBert.Finetuning;

/// <summary>Options of <see cref="BertClassificationTrainer"/>.</summary>
public sealed record BertClassificationOptions
{
    /// <summary>Key column of classes; rows without one are skipped and counted. Default "Label".</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Column of class probabilities that is added. Default "Score".</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Key column of the most probable class that is added. Default "PredictedLabel".</summary>
    public string PredictionColumnName { get; init; } = "PredictedLabel";

    /// <summary>Text column of the sentence, or of the first of a pair. Default "Sentence1".</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>Text column of the second sentence; null: there is none. Default null.</summary>
    public string? Sentence2ColumnName { get; init; }

    /// <summary>Model folder to start from, ours or Hugging Face's; null: the model that <c>BertPretrain</c> or <c>BertEmbed</c> left on a column of the same chain.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Rows to choose the best epoch by, with the same columns; null: the last epoch is kept.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>How to train.</summary>
    public FinetuningOptions Finetuning { get; init; } = new();

    /// <summary>Rows scored together. Default 128.</summary>
    public int ScoringBatchSize { get; init; } = 128;

    /// <summary>Called after every epoch, on the training thread.</summary>
    public Action<FinetuningProgress>? MetricsCallback { get; init; }

    /// <summary>Stops fitting with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        foreach ((string name, string value) in ((string, string)[])[(nameof(LabelColumnName), LabelColumnName), (nameof(ScoreColumnName), ScoreColumnName), (nameof(PredictionColumnName), PredictionColumnName), (nameof(Sentence1ColumnName), Sentence1ColumnName)])
            if (string.IsNullOrEmpty(value))
                throw new ArgumentException($"{nameof(BertClassificationOptions)}.{name} is empty; name a column.", name);
        if (ScoringBatchSize < 1)
            throw new ArgumentException($"{nameof(BertClassificationOptions)}.{nameof(ScoringBatchSize)} is {ScoringBatchSize}; it must be at least 1.", nameof(ScoringBatchSize));
        if (Finetuning.EarlyStoppingPatience > 0 && ValidationSet is null)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.EarlyStoppingPatience)} needs a {nameof(ValidationSet)}.", nameof(ValidationSet));
        Finetuning.Validate();
    }
}
