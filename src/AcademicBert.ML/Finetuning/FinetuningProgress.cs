namespace AcademicBert.Finetuning;

/// <summary>State of fine-tuning after an epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs asked for.</param>
/// <param name="Steps">Optimizer steps done.</param>
/// <param name="Loss">Mean training loss of the epoch.</param>
/// <param name="LearningRate">Learning rate of the last step.</param>
/// <param name="ValidationScore">Accuracy, of words the F1 of entities where labels are of the form BIO, or the negative mean squared error, on the validation set; null without one.</param>
/// <param name="RowsPerSecond">Rows trained on per second, over the epoch.</param>
public sealed record FinetuningProgress(int Epoch, int Epochs, long Steps, double Loss, double LearningRate, double? ValidationScore, double RowsPerSecond);
