using AcademicBert.Files;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Interop;

/// <summary>Writes models for Hugging Face Transformers: post-LN models as <c>bert</c>, pre-LN models as <c>megatron-bert</c>. <see cref="PretrainedBert.Load"/> reads them.</summary>
public static class HuggingFaceFolder
{
    /// <summary>Writes a folder that Transformers loads as it is: weights, configuration, tokenizer and model card. A model folder of that name is replaced.</summary>
    /// <param name="bert">The model: with a masked-language-model head, a classifier of sentences or of tokens, or none.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="type">How weights are stored. Default fp32.</param>
    /// <param name="labels">Names of the classes (<c>id2label</c>), in the order of the outputs; null: those of the model.</param>
    /// <exception cref="NotSupportedException">Transformers has no such architecture; the message says what differs.</exception>
    /// <exception cref="ArgumentException">There are not as many labels as outputs.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="IOException">The folder holds other files or folders, which would be lost.</exception>
    public static void Save(PretrainedBert bert, string folder, WeightType type = WeightType.Float32, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(bert);
        ObjectDisposedException.ThrowIf(bert.Model.IsDisposed, bert);
        labels ??= bert.Labels;
        HeadSpec head = bert.Model.Head;
        if (labels is not null && labels.Count != head.Outputs)
            throw new ArgumentException($"There are {labels.Count} labels, the model has {head.Outputs} outputs.", nameof(labels));
        if (TransformersSupport.WhyNot(bert.Config) is { } difference)
            throw new NotSupportedException($"Hugging Face Transformers has no such architecture: {difference} Export to ONNX instead.");
        // Their heads always add a bias: one of zeros changes nothing.
        BertConfig config = bert.Config with { MlmOutputBias = true };
        List<SafeTensorsWriter.Item> weights = [.. ParameterFile.Items(bert.Model.Parameters, type)];
        if (head.PredictsTokens && !bert.Config.MlmOutputBias)
            weights.Add(Zeros(ParameterNames.OutputBias, config.VocabularySize, type));
        NewFolder.Write(folder, temporary =>
        {
            ModelFolder.Save(new ModelDescription(config, head, labels), weights, type, temporary);
            TokenizerFolder.Save(bert.Tokenizer, temporary, config.MaxPositions);
            File.WriteAllText(Path.Combine(temporary, PretrainedBert.CardFile), HuggingFaceCard.Write(bert));
        }, ModelFolder.ConfigFile);
    }

    private static SafeTensorsWriter.Item Zeros(string name, int count, WeightType type) =>
        new(name, ParameterFile.Name(type), [count], stream => stream.Write(new byte[count * SafeTensorsHeader.ElementSize(ParameterFile.Name(type))]));
}
