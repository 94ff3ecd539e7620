using AcademicBert.Finetuning;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>BERT's classifier as a part of a sweepable pipeline.</summary>
public static class BertSweepableExtensions
{
    /// <summary>A classifier whose learning rate, batch size and epochs are swept, over the paper's grid (Table 5) unless another is given.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Auto()</c>.</param>
    /// <param name="options">All other options, those of fine-tuning among them.</param>
    /// <param name="searchSpace">What to sweep; null: the attributes of <see cref="FinetuningOptions"/>.</param>
    public static SweepableEstimator SweepableBertClassification(this AutoCatalog catalog, BertClassificationOptions options, SearchSpace<FinetuningOptions>? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        // AutoML makes the swept record anew, so that only what is swept is taken from it.
        return catalog.CreateSweepableEstimator(
            (context, swept) => context.MulticlassClassification.Trainers.BertClassification(
                options with { Finetuning = options.Finetuning with { LearningRate = swept.LearningRate, BatchSize = swept.BatchSize, Epochs = swept.Epochs } }),
            searchSpace ?? new SearchSpace<FinetuningOptions>());
    }
}
