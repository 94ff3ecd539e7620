using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

/// <summary>A model fixture: parameters, one batch, and the expected numbers.</summary>
internal sealed class FixtureModel : IDisposable
{
    public FixtureModel(string folder, Engine engine = Engine.Fused, ComputePrecision precision = ComputePrecision.Float32)
    {
        string path = TestData.Fixture(folder);
        Inputs = SafeTensorsFile.Open(Path.Combine(path, "inputs.safetensors"));
        using SafeTensorsFile weights = SafeTensorsFile.Open(Path.Combine(path, "model.safetensors"));
        var json = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(path, "config.json")))!;
        IsReferenceRepository = json.ContainsKey("encoder_ln_mode");
        HeadSpec head = weights.Contains("classifier.weight") ? HeadSpec.Classifier((int)weights["classifier.weight"].Shape[0]) : HeadSpec.MaskedLanguageModel;
        Model = Engines.Create(engine, Config(json), head, seed: 1, precision);
        ParameterFile.Read(Model.Parameters, Model.Config, weights);
    }

    public BertModel Model { get; }

    public SafeTensorsFile Inputs { get; }

    public bool IsReferenceRepository { get; }

    public EncoderInput Batch(string prefix = "")
    {
        Tensor mask = Int64(prefix + "attention_mask");
        return new EncoderInput(Int64(prefix + "input_ids"), Int64(prefix + "token_type_ids"), mask.sum(1));
    }

    public Tensor Int64(string name) => tensor(MemoryMarshal.Cast<byte, long>(Inputs.Bytes(name)).ToArray()).view(Inputs[name].Shape);

    /// <summary>Flat positions that have a target, and the targets.</summary>
    public (Tensor Positions, Tensor Ids) Targets(string prefix = "")
    {
        long[] labels = MemoryMarshal.Cast<byte, long>(Inputs.Bytes(prefix + "labels")).ToArray();
        long[] positions = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != -100).Select(i => (long)i)];
        return (tensor(positions), tensor(positions.Select(i => labels[i]).ToArray()));
    }

    public void Dispose()
    {
        Model.Dispose();
        Inputs.Dispose();
    }

    private static BertConfig Config(JsonObject json)
    {
        bool repository = json.ContainsKey("encoder_ln_mode");
        bool sparse = (bool?)json["sparse_mask_prediction"] ?? false;
        return new BertConfig
        {
            VocabularySize = (int)json["vocab_size"]!,
            HiddenSize = (int)json["hidden_size"]!,
            Layers = (int)json["num_hidden_layers"]!,
            Heads = (int)json["num_attention_heads"]!,
            IntermediateSize = (int)json["intermediate_size"]!,
            MaxPositions = (int)json["max_position_embeddings"]!,
            TokenTypes = (int)json["type_vocab_size"]!,
            HiddenDropout = 0,
            AttentionDropout = 0,
            NormPlacement = (string?)json["encoder_ln_mode"] == "pre-ln" ? NormPlacement.PreLayerNorm : NormPlacement.PostLayerNorm,
            Norm = (string?)json["layer_norm_type"] == "rms_norm" ? NormKind.RmsNorm : NormKind.LayerNorm,
            EmbeddingLayerNorm = !repository || (bool)json["layernorm_embedding"]!,
            MlmOutputBias = !repository || !sparse,
            SparsePrediction = !repository || sparse,
        };
    }
}
