namespace AcademicBert.Finetuning;

/// <summary>Options of <see cref="BertRegressionTrainer"/>; the label column is a number, single precision.</summary>
public sealed record BertRegressionOptions : BertTrainerOptions
{
    /// <summary>Options for pairs of sentences.</summary>
    public BertRegressionOptions() => Sentence2ColumnName = "Sentence2";
}
