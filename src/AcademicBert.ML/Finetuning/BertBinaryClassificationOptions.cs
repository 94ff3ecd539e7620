namespace AcademicBert.Finetuning;

/// <summary>Options of <see cref="BertBinaryClassificationTrainer"/>; the label column is a Boolean.</summary>
public sealed record BertBinaryClassificationOptions : BertClassifierOptions
{
    /// <summary>Column of the probability of true that is added. Default "Probability".</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    private protected override IEnumerable<(string Option, string Column)> Added => [.. base.Added, (nameof(ProbabilityColumnName), ProbabilityColumnName)];
}
