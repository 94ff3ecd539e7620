using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AcademicBert.Modeling;

/// <summary>A model's <c>config.json</c>: the keys of Hugging Face, and under <c>academic_bert</c> what those cannot say.</summary>
internal static class BertConfigJson
{
    private const string OwnSection = "academic_bert";

    /// <summary>The configuration as JSON.</summary>
    public static JsonObject Write(BertConfig config, HeadSpec head)
    {
        bool preLayerNorm = config.NormPlacement == NormPlacement.PreLayerNorm;
        string family = preLayerNorm ? "MegatronBert" : "Bert";
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(family + head.Kind switch
            {
                HeadKind.MaskedLanguageModel => "ForMaskedLM",
                HeadKind.MaskedLanguageModelWithNextSentence => "ForPreTraining",
                HeadKind.Classifier => "ForSequenceClassification",
                _ => "Model",
            }),
            ["model_type"] = preLayerNorm ? "megatron-bert" : "bert",
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["intermediate_size"] = config.IntermediateSize,
            ["hidden_act"] = ActivationName(config.Activation),
            ["hidden_dropout_prob"] = config.HiddenDropout,
            ["attention_probs_dropout_prob"] = config.AttentionDropout,
            ["max_position_embeddings"] = config.MaxPositions,
            ["type_vocab_size"] = config.TokenTypes,
            ["initializer_range"] = config.InitializerRange,
            ["layer_norm_eps"] = 1e-12,
            ["pad_token_id"] = 0,
            ["position_embedding_type"] = "absolute",
            ["tie_word_embeddings"] = true,
            [OwnSection] = new JsonObject
            {
                ["norm"] = config.Norm.ToString(),
                ["embedding_layer_norm"] = config.EmbeddingLayerNorm,
                ["mlm_output_bias"] = config.MlmOutputBias,
                ["sparse_prediction"] = config.SparsePrediction,
                ["trained_token_types"] = config.TrainedTokenTypes,
            },
        };
        if (head.Kind == HeadKind.Classifier)
            json["num_labels"] = head.Outputs;
        return json;
    }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file is no valid configuration; the message names file and key.</exception>
    public static (BertConfig Config, HeadSpec Head) Read(string path)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is damaged: {error.Message}", error);
        }
        string modelType = Value(json, path, "model_type", "bert");
        bool preLayerNorm = modelType switch
        {
            "megatron-bert" => true,
            "bert" => false,
            _ => throw new InvalidDataException($"'{path}': model_type '{modelType}' is not supported; 'bert' (post-LN) and 'megatron-bert' (pre-LN) are."),
        };
        JsonObject own = json[OwnSection] as JsonObject ?? [];
        var config = new BertConfig
        {
            VocabularySize = Value<int>(json, path, "vocab_size"),
            HiddenSize = Value<int>(json, path, "hidden_size"),
            Layers = Value<int>(json, path, "num_hidden_layers"),
            Heads = Value<int>(json, path, "num_attention_heads"),
            IntermediateSize = Value<int>(json, path, "intermediate_size"),
            Activation = ParseActivation(Value(json, path, "hidden_act", "gelu"), path),
            HiddenDropout = Value(json, path, "hidden_dropout_prob", 0.1),
            AttentionDropout = Value(json, path, "attention_probs_dropout_prob", 0.1),
            MaxPositions = Value<int>(json, path, "max_position_embeddings"),
            TokenTypes = Value(json, path, "type_vocab_size", 2),
            InitializerRange = Value(json, path, "initializer_range", 0.02),
            NormPlacement = preLayerNorm ? NormPlacement.PreLayerNorm : NormPlacement.PostLayerNorm,
            Norm = ParseNorm(Value(own, path, "norm", nameof(NormKind.LayerNorm)), path),
            EmbeddingLayerNorm = Value(own, path, "embedding_layer_norm", !preLayerNorm),
            MlmOutputBias = Value(own, path, "mlm_output_bias", true),
            SparsePrediction = Value(own, path, "sparse_prediction", true),
            TrainedTokenTypes = Value<int?>(own, path, "trained_token_types", null),
        };
        try
        {
            config.Validate();
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"'{path}': {error.Message}", error);
        }
        string architecture = (json["architectures"] as JsonArray)?.FirstOrDefault()?.ToString() ?? "";
        HeadSpec head = architecture.EndsWith("ForMaskedLM", StringComparison.Ordinal) ? HeadSpec.MaskedLanguageModel
            : architecture.EndsWith("ForPreTraining", StringComparison.Ordinal) ? HeadSpec.MaskedLanguageModelWithNextSentence
            : architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal) ? HeadSpec.Classifier(Value(json, path, "num_labels", 2))
            : HeadSpec.None;
        return (config, head);
    }

    private static string ActivationName(Activation activation) =>
        activation == Activation.Swish ? "silu" : activation.ToString().ToLower(CultureInfo.InvariantCulture);

    private static NormKind ParseNorm(string name, string path) =>
        Enum.TryParse(name, out NormKind norm) && Enum.IsDefined(norm)
            ? norm
            : throw new InvalidDataException($"'{path}': norm '{name}' is not supported; {string.Join(" and ", Enum.GetNames<NormKind>())} are.");

    private static Activation ParseActivation(string name, string path) => name switch
    {
        "gelu" => Activation.Gelu,
        "relu" => Activation.Relu,
        "silu" or "swish" => Activation.Swish,
        "tanh" => Activation.Tanh,
        _ => throw new InvalidDataException($"'{path}': hidden_act '{name}' is not supported; gelu, relu, silu and tanh are."),
    };

    private static T Value<T>(JsonObject json, string path, string key) =>
        json.ContainsKey(key) ? Value<T>(json, path, key, default!) : throw new InvalidDataException($"'{path}' has no '{key}'.");

    private static T Value<T>(JsonObject json, string path, string key, T fallback)
    {
        if (json[key] is not { } node)
            return fallback;
        try
        {
            return node.GetValue<T>();
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}': '{key}' is {node.ToJsonString()}, a {typeof(T).Name} is needed.", error);
        }
    }
}
