using AcademicBert.Interop;
using AcademicBert.ML.Hosting;

namespace Microsoft.ML;

/// <summary>What stands before and after <c>ApplyOnnxModel</c> in a pipeline that scores an exported BERT without libtorch.</summary>
public static class BertOnnxCatalog
{
    /// <summary>Makes the inputs of an ONNX model from text: the columns <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c>, vectors of int64 padded to one length.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">A folder of <see cref="OnnxFolder.Save"/>, or any model folder.</param>
    /// <param name="sentence1ColumnName">Text column of the sentence, or of the first of a pair.</param>
    /// <param name="sentence2ColumnName">Text column of the second sentence; null: there is none.</param>
    /// <param name="length">Tokens of every input, at most the positions of the model; longer text is truncated, shorter padded.</param>
    public static BertTokenizingEstimator BertTokenize(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null, int length = 128)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertTokenizingEstimator(catalog.GetHostEnvironment(), modelFolder, sentence1ColumnName, sentence2ColumnName, length);
    }

    /// <summary>Turns the column <c>logits</c> of an ONNX classifier into the probability of each class and the most probable class.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFolder">The folder of the model, which names the classes.</param>
    /// <param name="outputColumnName">Key column of the most probable class to add.</param>
    /// <param name="scoreColumnName">Column of class probabilities to add, with the class names as slot names.</param>
    public static BertLabelingEstimator BertLabel(
        this TransformsCatalog.TextTransforms catalog, string modelFolder, string outputColumnName = "PredictedLabel", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BertLabelingEstimator(catalog.GetHostEnvironment(), modelFolder, outputColumnName, scoreColumnName);
    }
}
