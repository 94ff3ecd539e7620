using System.Globalization;
using System.Text.Json.Nodes;

namespace AcademicBert.Modeling;

/// <summary>Writes a <c>config.json</c>: every key of Hugging Face's configuration, and under <c>academic_bert</c> what those cannot say.</summary>
internal static class ModelDescriptionWriter
{
    /// <summary>Our own part of the file.</summary>
    public const string OwnSection = "academic_bert";

    /// <summary>The <c>model_type</c> of what Transformers has no architecture for, so that it refuses the folder instead of computing something else.</summary>
    public const string OwnType = "academic-bert";

    /// <summary>Version of <see cref="OwnSection"/>; a reader refuses a larger one.</summary>
    public const int Version = 1;

    // The version of Transformers whose keys these are.
    private const string TransformersVersion = "4.30.2";

    /// <summary>The description as JSON.</summary>
    /// <param name="description">The description.</param>
    /// <param name="weights">The type of the weights beside it.</param>
    public static JsonObject Write(ModelDescription description, WeightType weights)
    {
        (BertConfig config, HeadSpec head, IReadOnlyList<string>? labels) = description;
        bool preLayerNorm = config.NormPlacement == NormPlacement.PreLayerNorm;
        (string family, string type) = TransformersSupport.WhyNot(config) is not null ? ("AcademicBert", OwnType) : preLayerNorm ? ("MegatronBert", "megatron-bert") : ("Bert", "bert");
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(family + Suffix(head.Kind)),
            ["model_type"] = type,
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["intermediate_size"] = config.IntermediateSize,
            ["hidden_act"] = config.Activation == Activation.Swish ? "silu" : config.Activation.ToString().ToLower(CultureInfo.InvariantCulture),
            ["hidden_dropout_prob"] = config.HiddenDropout,
            ["attention_probs_dropout_prob"] = config.AttentionDropout,
            ["classifier_dropout"] = null,
            ["max_position_embeddings"] = config.MaxPositions,
            ["type_vocab_size"] = config.TokenTypes,
            ["initializer_range"] = config.InitializerRange,
            ["layer_norm_eps"] = ModelDescriptionReader.NormEpsilon,
            ["pad_token_id"] = 0,
            ["position_embedding_type"] = "absolute",
            ["use_cache"] = true,
            ["tie_word_embeddings"] = config.TieWordEmbeddings,
            ["tokenizer_class"] = "BertTokenizer",
            ["torch_dtype"] = weights.ToString().ToLower(CultureInfo.InvariantCulture),
            ["transformers_version"] = TransformersVersion,
            [OwnSection] = new JsonObject
            {
                ["version"] = Version,
                ["norm"] = config.Norm.ToString(),
                ["embedding_layer_norm"] = config.EmbeddingLayerNorm,
                ["gated_feed_forward"] = config.GatedFeedForward,
                ["mlm_output_bias"] = config.MlmOutputBias,
                ["sparse_prediction"] = config.SparsePrediction,
                ["trained_token_types"] = config.TrainedTokenTypes,
            },
        };
        if (type == OwnType)
            json[OwnSection]!["norm_placement"] = config.NormPlacement.ToString();
        if (head.Outputs > 0)
            AddLabels(json, head, labels ?? head.DefaultLabels);
        return json;
    }

    private static string Suffix(HeadKind head) => head switch
    {
        HeadKind.MaskedLanguageModel => "ForMaskedLM",
        HeadKind.MaskedLanguageModelWithNextSentence => "ForPreTraining",
        HeadKind.Classifier => "ForSequenceClassification",
        HeadKind.TokenClassifier => "ForTokenClassification",
        _ => "Model",
    };

    private static void AddLabels(JsonObject json, HeadSpec head, IReadOnlyList<string> labels)
    {
        json["num_labels"] = head.Outputs;
        json["id2label"] = new JsonObject(labels.Select((label, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)label)));
        var ids = new JsonObject();
        for (int id = 0; id < labels.Count; id++)
            ids[labels[id]] = id;
        json["label2id"] = ids;
        if (head.Kind == HeadKind.Classifier)
            json["problem_type"] = head.Outputs == 1 ? "regression" : "single_label_classification";
    }
}
