namespace AcademicBert.Finetuning;

/// <summary>Options of <see cref="BertClassificationTrainer"/>; the label column is a key.</summary>
public sealed record BertClassificationOptions : BertClassifierOptions;
