using System.Text.Json;
using AcademicBert.Files;
using AcademicBert.Interop.Onnx;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Google.Protobuf;

namespace AcademicBert.Interop;

/// <summary>
/// Writes models for ONNX Runtime: <c>model.onnx</c> (operator set 17; inputs <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c>,
/// int64, any batch and length), <c>config.json</c> and the tokenizer. <c>Transforms.Text.BertTokenize</c> makes the inputs from text.
/// </summary>
public static class OnnxFolder
{
    /// <summary>The network's file.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>The weights' file, where they are too large for the network's.</summary>
    public const string DataFile = ModelFile + ".data";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Exports a model. A model folder of that name is replaced.</summary>
    /// <param name="bert">The model: with a masked-language-model head, a classifier or regressor, or none.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Precision and part; null: fp32, the head.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="IOException">The folder holds other files or folders, which would be lost.</exception>
    public static void Save(PretrainedBert bert, string folder, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bert);
        ObjectDisposedException.ThrowIf(bert.Model.IsDisposed, bert);
        options ??= new OnnxOptions();
        options.Validate();
        IReadOnlyList<string>? labels = options.Labels ?? bert.Labels;
        HeadSpec head = options.Part == OnnxPart.Encoder ? bert.Model.Head.Pools ? HeadSpec.Pooler : HeadSpec.None : bert.Model.Head;
        if (labels is not null && labels.Count != bert.Model.Head.Outputs)
            throw new ArgumentException($"{nameof(OnnxOptions)}.{nameof(OnnxOptions.Labels)} has {labels.Count} names, the model {bert.Model.Head.Outputs} outputs.");
        NewFolder.Write(folder, temporary =>
        {
            WriteNetwork(bert.Model, temporary, options);
            WeightType type = options.Precision == OnnxPrecision.Float16 ? WeightType.Float16 : WeightType.Float32;
            var description = new ModelDescription(bert.Config, head, head.Outputs > 0 ? labels : null);
            File.WriteAllText(Path.Combine(temporary, Modeling.ModelFolder.ConfigFile), ModelDescriptionWriter.Write(description, type).ToJsonString(s_indented) + "\n");
            TokenizerFolder.Save(bert.Tokenizer, temporary, bert.Config.MaxPositions);
        }, Modeling.ModelFolder.ConfigFile);
    }

    private static void WriteNetwork(BertModel model, string folder, OnnxOptions options)
    {
        int bytes = options.Precision switch { OnnxPrecision.Float32 => 4, OnnxPrecision.Float16 => 2, _ => 1 };
        bool external = model.Parameters.Slots.Sum(slot => slot.Count) * bytes > options.ExternalDataAbove;
        using Stream? data = external ? File.Create(Path.Combine(folder, DataFile)) : null;
        ModelProto network = OnnxNetwork.Build(model, options.Precision, options.Part, new OnnxData(data, DataFile));
        using FileStream file = File.Create(Path.Combine(folder, ModelFile));
        network.WriteTo(file);
    }
}
