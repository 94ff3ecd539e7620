using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Files;

namespace AcademicBert.Modeling;

/// <summary>Reads a <c>config.json</c>, ours, Hugging Face's (<c>bert</c>, <c>megatron-bert</c>) or that of IntelLabs/academic-budget-bert.</summary>
internal sealed class ModelDescriptionReader
{
    /// <summary>The epsilon of every norm.</summary>
    public const double NormEpsilon = 1e-12;

    private const long LongestFile = 16 << 20;

    private readonly string _path;
    private readonly JsonObject _json;

    private ModelDescriptionReader(string path, JsonObject json) => (_path, _json) = (path, json);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is no valid configuration, or one of a model that is not supported; the message names file and key.</exception>
    public static ModelDescription Read(string path)
    {
        if (new FileInfo(path).Length > LongestFile)
            throw new InvalidDataException($"'{path}' is no configuration: it has more than {LongestFile} bytes.");
        try
        {
            JsonObject json = JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("it is not an object");
            return new ModelDescriptionReader(path, json).Read();
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // What is wrong is in the file, not an option of that name.
            throw new InvalidDataException($"'{path}' is damaged: {JsonFile.Problem(error).Replace($"{nameof(BertConfig)}.", "", StringComparison.Ordinal)}", error);
        }
    }

    private ModelDescription Read()
    {
        RefuseUnsupported();
        BertConfig config = _json.ContainsKey("encoder_ln_mode") ? ReferenceRepository(Common()) : HuggingFace(Common());
        config.Validate();
        HeadSpec head = Head(out string[]? labels);
        return new ModelDescription(config, head, labels);
    }

    private void RefuseUnsupported()
    {
        string type = Value(_json, "model_type", "bert");
        Require(type is "bert" or "megatron-bert" or ModelDescriptionWriter.OwnType, "model_type", type, "'bert' (post-LN) and 'megatron-bert' (pre-LN) are");
        string positions = Value(_json, "position_embedding_type", "absolute");
        Require(positions == "absolute", "position_embedding_type", positions, "'absolute' is");
        Require(!Value(_json, "is_decoder", false), "is_decoder", "true", "encoders are");
        double epsilon = Value(_json, "layer_norm_eps", NormEpsilon);
        // The reference repository writes the key and ignores it.
        Require(epsilon is > 0 and <= 2 * NormEpsilon || _json.ContainsKey("encoder_ln_mode"), "layer_norm_eps", epsilon.ToString(CultureInfo.InvariantCulture), $"{NormEpsilon} is");

        void Require(bool holds, string key, string value, string supported)
        {
            if (!holds)
                throw new InvalidDataException($"'{_path}': {key} '{value}' is not supported; {supported}.");
        }
    }

    private BertConfig Common() => new()
    {
        VocabularySize = Value<int>(_json, "vocab_size"),
        HiddenSize = Value<int>(_json, "hidden_size"),
        Layers = Value<int>(_json, "num_hidden_layers"),
        Heads = Value<int>(_json, "num_attention_heads"),
        IntermediateSize = Value<int>(_json, "intermediate_size"),
        Activation = ParseActivation(Value(_json, "hidden_act", "gelu")),
        HiddenDropout = Value(_json, "hidden_dropout_prob", 0.1),
        AttentionDropout = Value(_json, "attention_probs_dropout_prob", 0.1),
        MaxPositions = Value<int>(_json, "max_position_embeddings"),
        TokenTypes = Value(_json, "type_vocab_size", 2),
        InitializerRange = Value(_json, "initializer_range", 0.02),
        TieWordEmbeddings = Value(_json, "tie_word_embeddings", true),
    };

    private BertConfig HuggingFace(BertConfig common)
    {
        JsonObject own = _json[ModelDescriptionWriter.OwnSection] as JsonObject ?? [];
        int version = Value(own, "version", 1);
        if (version > ModelDescriptionWriter.Version)
            throw new InvalidDataException($"'{_path}' was written by a newer AcademicBert: its {ModelDescriptionWriter.OwnSection} section has version {version}, this one reads up to {ModelDescriptionWriter.Version}.");
        string type = Value(_json, "model_type", "bert");
        bool preLayerNorm = type == ModelDescriptionWriter.OwnType
            ? ParseName<NormPlacement>("norm_placement", Value<string>(own, "norm_placement")) == NormPlacement.PreLayerNorm
            : type == "megatron-bert";
        return common with
        {
            NormPlacement = preLayerNorm ? NormPlacement.PreLayerNorm : NormPlacement.PostLayerNorm,
            Norm = ParseName<NormKind>("norm", Value(own, "norm", nameof(NormKind.LayerNorm))),
            EmbeddingLayerNorm = Value(own, "embedding_layer_norm", !preLayerNorm),
            GatedFeedForward = Value(own, "gated_feed_forward", false),
            MlmOutputBias = Value(own, "mlm_output_bias", true),
            SparsePrediction = Value(own, "sparse_prediction", true),
            TrainedTokenTypes = Value<int?>(own, "trained_token_types", null),
        };
    }

    // Its head has a bias that it neither adds nor trains where only masked positions are predicted.
    private BertConfig ReferenceRepository(BertConfig common)
    {
        bool sparse = Value(_json, "sparse_mask_prediction", true);
        return common with
        {
            NormPlacement = Value<string>(_json, "encoder_ln_mode") == "pre-ln" ? NormPlacement.PreLayerNorm : NormPlacement.PostLayerNorm,
            Norm = Value(_json, "layer_norm_type", "apex") == "rms_norm" ? NormKind.RmsNorm : NormKind.LayerNorm,
            EmbeddingLayerNorm = Value(_json, "layernorm_embedding", false),
            MlmOutputBias = !sparse,
            SparsePrediction = sparse,
            TieWordEmbeddings = true,
        };
    }

    private HeadSpec Head(out string[]? labels)
    {
        labels = null;
        string architecture = (_json["architectures"] as JsonArray)?.FirstOrDefault()?.ToString() ?? "";
        if (Is("ForSequenceClassification"))
            return HeadSpec.Classifier(Outputs(out labels));
        if (Is("ForTokenClassification"))
            return HeadSpec.TokenClassifier(Outputs(out labels));
        return Is("ForPreTraining") ? HeadSpec.MaskedLanguageModelWithNextSentence
            : Is("ForMaskedLM") || Is("LMHeadModel") || architecture.Length == 0 ? HeadSpec.MaskedLanguageModel
            : HeadSpec.Pooler;

        bool Is(string suffix) => architecture.EndsWith(suffix, StringComparison.Ordinal);
    }

    /// <summary>Width of a classifier: the number of its labels, or <c>num_labels</c>, or 2 as in Transformers.</summary>
    private int Outputs(out string[]? labels)
    {
        labels = null;
        if (_json["id2label"] is not JsonObject names || names.Count == 0)
            return Value(_json, "num_labels", 2);
        labels = [.. Enumerable.Range(0, names.Count).Select(id => Value<string>(names, id.ToString(CultureInfo.InvariantCulture)))];
        return labels.Length;
    }

    private T ParseName<T>(string key, string name)
        where T : struct, Enum =>
        Enum.TryParse(name, out T value) && Enum.IsDefined(value)
            ? value
            : throw new InvalidDataException($"'{_path}': {key} '{name}' is not supported; {string.Join(" and ", Enum.GetNames<T>())} are.");

    private Activation ParseActivation(string name) => name switch
    {
        "gelu" => Activation.Gelu,
        "relu" => Activation.Relu,
        "silu" or "swish" => Activation.Swish,
        "tanh" => Activation.Tanh,
        _ => throw new InvalidDataException($"'{_path}': hidden_act '{name}' is not supported; gelu, relu, silu and tanh are."),
    };

    private T Value<T>(JsonObject json, string key) =>
        json[key] is not null ? Value<T>(json, key, default!) : throw new InvalidDataException($"'{_path}' has no '{key}'.");

    private T Value<T>(JsonObject json, string key, T fallback)
    {
        if (json[key] is not { } node)
            return fallback;
        try
        {
            return node.GetValue<T>();
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{_path}': '{key}' is {node.ToJsonString()}, a {typeof(T).Name} is needed.", error);
        }
    }
}
