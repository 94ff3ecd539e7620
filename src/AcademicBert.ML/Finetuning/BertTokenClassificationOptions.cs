namespace AcademicBert.Finetuning;

/// <summary>Options of <see cref="BertTokenClassificationTrainer"/>; the label column is a vector of keys, one for each word. The text column is by default "Sentence".</summary>
public sealed record BertTokenClassificationOptions : BertTrainerOptions
{
    /// <summary>The defaults.</summary>
    public BertTokenClassificationOptions() => Sentence1ColumnName = "Sentence";

    /// <summary>Column of the most probable label of each word that is added. Default "PredictedLabel".</summary>
    public string PredictionColumnName { get; init; } = "PredictedLabel";

    /// <summary>Column of words that is added. Default "Words".</summary>
    public string WordsColumnName { get; init; } = "Words";

    private protected override IEnumerable<(string Option, string Column)> Added =>
        [.. base.Added, (nameof(PredictionColumnName), PredictionColumnName), (nameof(WordsColumnName), WordsColumnName)];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Sentence2ColumnName is not null)
            throw Wrong(nameof(Sentence2ColumnName), $"'{Sentence2ColumnName}'", "words are labelled in one text, leave it null");
    }
}
