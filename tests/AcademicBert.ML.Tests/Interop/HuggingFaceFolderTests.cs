using System.Text.Json.Nodes;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tests.Catalog;
using AcademicBert.Tokenization;
using AcademicBert.Training;

namespace AcademicBert.Tests.Interop;

[TestClass]
public sealed class HuggingFaceFolderTests
{
    private static readonly string[] s_words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##c", "d", "é"];

    private static readonly BertConfig s_preLayerNorm = new()
    {
        VocabularySize = 10, HiddenSize = 8, Layers = 2, Heads = 2, IntermediateSize = 12, MaxPositions = 16,
    };

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "academicbert-tests-" + Path.GetRandomFileName());

    private static BertConfig PostLayerNorm => s_preLayerNorm with { NormPlacement = NormPlacement.PostLayerNorm, EmbeddingLayerNorm = true };

    [TestCleanup]
    public void CleanUp()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    // Names and shapes of Transformers 4.30.2: MegatronBertForMaskedLM and BertForMaskedLM, less what it ties or recomputes.
    [TestMethod]
    public void SaveAny_DisposedModel_IsRefusedAndWritesNothing()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        PretrainedBert bert = PretrainedBert.Load(TinyBert.Folder);
        bert.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => HuggingFaceFolder.Save(bert, folder));
        Assert.ThrowsExactly<ObjectDisposedException>(() => OnnxFolder.Save(bert, folder));
        Assert.ThrowsExactly<ObjectDisposedException>(() => bert.Save(folder));
        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public void Save_PreLayerNorm_HasTheTensorsOfMegatronBert()
    {
        Save(s_preLayerNorm, HeadSpec.MaskedLanguageModel);
        string[] layer =
        [
            "attention.ln.bias [8]", "attention.ln.weight [8]", "attention.output.dense.bias [8]", "attention.output.dense.weight [8,8]",
            "attention.self.key.bias [8]", "attention.self.key.weight [8,8]", "attention.self.query.bias [8]", "attention.self.query.weight [8,8]", "attention.self.value.bias [8]", "attention.self.value.weight [8,8]",
            "intermediate.dense.bias [12]", "intermediate.dense.weight [12,8]", "ln.bias [8]", "ln.weight [8]", "output.dense.bias [8]", "output.dense.weight [8,12]",
        ];
        RequireTensors(
            [
                "bert.embeddings.position_embeddings.weight [16,8]", "bert.embeddings.token_type_embeddings.weight [2,8]", "bert.embeddings.word_embeddings.weight [10,8]",
                .. Layers(layer), "bert.encoder.ln.bias [8]", "bert.encoder.ln.weight [8]", .. MaskedHead,
            ]);
    }

    [TestMethod]
    public void Save_PostLayerNorm_HasTheTensorsOfBert()
    {
        Save(PostLayerNorm, HeadSpec.MaskedLanguageModel);
        string[] layer =
        [
            "attention.output.LayerNorm.bias [8]", "attention.output.LayerNorm.weight [8]", "attention.output.dense.bias [8]", "attention.output.dense.weight [8,8]",
            "attention.self.key.bias [8]", "attention.self.key.weight [8,8]", "attention.self.query.bias [8]", "attention.self.query.weight [8,8]", "attention.self.value.bias [8]", "attention.self.value.weight [8,8]",
            "intermediate.dense.bias [12]", "intermediate.dense.weight [12,8]", "output.LayerNorm.bias [8]", "output.LayerNorm.weight [8]", "output.dense.bias [8]", "output.dense.weight [8,12]",
        ];
        RequireTensors(
            [
                "bert.embeddings.LayerNorm.bias [8]", "bert.embeddings.LayerNorm.weight [8]",
                "bert.embeddings.position_embeddings.weight [16,8]", "bert.embeddings.token_type_embeddings.weight [2,8]", "bert.embeddings.word_embeddings.weight [10,8]", .. Layers(layer), .. MaskedHead,
            ]);
    }

    [TestMethod]
    [DataRow("MaskedLanguageModel", "ForMaskedLM")]
    [DataRow("Classifier", "ForSequenceClassification")]
    [DataRow("TokenClassifier", "ForTokenClassification")]
    [DataRow("Pooler", "Model")]
    public void Save_EveryHead_WritesEveryConfigurationKey(string head, string suffix)
    {
        HeadSpec spec = Enum.Parse<HeadKind>(head) is var kind && kind is HeadKind.Classifier or HeadKind.TokenClassifier ? new HeadSpec(kind, 3) : new HeadSpec(kind);
        bool classifies = spec.Outputs > 0;
        foreach ((BertConfig config, string family, string type) in ((BertConfig, string, string)[])[(s_preLayerNorm, "MegatronBert", "megatron-bert"), (PostLayerNorm, "Bert", "bert")])
        {
            Save(config, spec, classifies ? ["x", "y", "z"] : null);
            JsonObject json = Config();
            Assert.AreEqual(family + suffix, (string?)json["architectures"]![0]);
            Assert.AreEqual(type, (string?)json["model_type"]);
            foreach (string key in (string[])
                [
                    "attention_probs_dropout_prob", "classifier_dropout", "hidden_act", "hidden_dropout_prob", "hidden_size", "initializer_range", "intermediate_size", "layer_norm_eps",
                    "max_position_embeddings", "num_attention_heads", "num_hidden_layers", "pad_token_id", "position_embedding_type", "tokenizer_class", "torch_dtype", "transformers_version",
                    "type_vocab_size", "use_cache", "vocab_size",
                ])
                Assert.IsTrue(json.ContainsKey(key), key);
            Assert.AreEqual("BertTokenizer", (string?)json["tokenizer_class"]);
            Assert.AreEqual(classifies ? "y" : null, (string?)json["id2label"]?["1"]);
            Assert.AreEqual(classifies ? 2 : null, (int?)json["label2id"]?["z"]);
            using PretrainedBert loaded = PretrainedBert.Load(_folder);
            Assert.AreEqual(spec, loaded.Model.Head);
            Assert.IsEmpty(loaded.Missing);
            Assert.IsEmpty(loaded.Unused);
            if (classifies)
                Assert.AreSequenceEqual(["x", "y", "z"], loaded.Labels!);
        }
    }

    public static IEnumerable<object[]> OurOwn =>
    [
        ["RMSNorm", s_preLayerNorm with { Norm = NormKind.RmsNorm }],
        ["gated", s_preLayerNorm with { GatedFeedForward = true }],
        ["pre-LN with embedding norm", s_preLayerNorm with { EmbeddingLayerNorm = true }],
        ["post-LN without embedding norm", PostLayerNorm with { EmbeddingLayerNorm = false }],
        ["post-LN with RMSNorm", PostLayerNorm with { Norm = NormKind.RmsNorm }],
    ];

    [TestMethod]
    [DynamicData(nameof(OurOwn))]
    public void ModelFolder_ArchitectureThatTransformersLacks_HasATypeItRefusesAndLoadsAsItWas(string name, BertConfig config)
    {
        using PretrainedBert bert = PretrainedBert.CreateUntrained(config, Tokenizer());
        bert.Save(_folder);
        Assert.AreEqual("academic-bert", (string?)Config()["model_type"], name);
        Assert.AreEqual("AcademicBertForMaskedLM", (string?)Config()["architectures"]![0]);
        using PretrainedBert loaded = PretrainedBert.Load(_folder);
        Assert.AreEqual(bert.Config, loaded.Config);
        Assert.AreSequenceEqual(bert.Model.Parameters.Values.data<float>().ToArray(), loaded.Model.Parameters.Values.data<float>().ToArray());
    }

    [TestMethod]
    public void Save_TokenizerJson_HoldsTheWholeTokenizer()
    {
        Save(s_preLayerNorm, HeadSpec.MaskedLanguageModel);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "tokenizer.json")))!;
        Assert.AreEqual("WordPiece", (string?)json["model"]!["type"]);
        Assert.AreEqual(7, (int?)json["model"]!["vocab"]!["##c"]);
        Assert.AreEqual("BertNormalizer", (string?)json["normalizer"]!["type"]);
        Assert.IsTrue((bool)json["normalizer"]!["lowercase"]!);
        Assert.AreSequenceEqual([0, 1, 2, 3, 4], json["added_tokens"]!.AsArray().Select(token => (int)token!["id"]!));
        File.Delete(Path.Combine(_folder, "vocab.txt"));
        using PretrainedBert loaded = PretrainedBert.Load(_folder);
        Assert.AreSequenceEqual(s_words, loaded.Tokenizer.Vocabulary.Words, "without vocab.txt the vocabulary is read from tokenizer.json");
    }

    [TestMethod]
    public void Save_NoOutputBias_ExportsZeros()
    {
        Save(s_preLayerNorm with { MlmOutputBias = false }, HeadSpec.MaskedLanguageModel);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(_folder, "model.safetensors"));
        float[] bias = new float[10];
        Array.Fill(bias, 1);
        file.CopyTo("cls.predictions.bias", bias);
        Assert.IsTrue(bias.All(value => value == 0));
    }

    [TestMethod]
    [DataRow(WeightType.Float16, 1e-3)]
    [DataRow(WeightType.BFloat16, 4e-3)]
    public void Save_HalfPrecision_RoundsAndHalvesTheFile(WeightType type, double relative)
    {
        using PretrainedBert bert = PretrainedBert.CreateUntrained(s_preLayerNorm, Tokenizer());
        HuggingFaceFolder.Save(bert, _folder, type);
        using PretrainedBert loaded = PretrainedBert.Load(_folder);
        Assert.AreEqual(type.ToString().ToLowerInvariant(), (string?)Config()["torch_dtype"]);
        Assert.AreEqual(2 * bert.Model.Parameters.Slots.Sum(slot => slot.Count), SafeTensorsBytes());
        foreach (ParameterSlot slot in bert.Model.Parameters.Slots)
            foreach ((float exact, float rounded) in bert.Model.Parameters.ToArray(slot).Zip(loaded.Model.Parameters.ToArray(slot)))
                Assert.AreEqual(exact, rounded, relative * Math.Abs(exact) + 1e-7);
    }

    [TestMethod]
    public void Save_WhatHuggingFaceHasNotGot_IsRefusedWithTheDifference()
    {
        RequireRefusal(s_preLayerNorm with { Norm = NormKind.RmsNorm }, "RMSNorm");
        RequireRefusal(s_preLayerNorm with { GatedFeedForward = true }, "not gated");
        RequireRefusal(s_preLayerNorm with { EmbeddingLayerNorm = true }, "no norm after the embeddings");
        RequireRefusal(PostLayerNorm with { EmbeddingLayerNorm = false }, "a norm after the embeddings");
    }

    [TestMethod]
    public void Save_Card_KeepsTheRunsFigures()
    {
        using var bert = new PretrainedBert(BertModel.Create(s_preLayerNorm, HeadSpec.MaskedLanguageModel, 1), Tokenizer(), "# The run\n\n| Held-out | loss 2.345 |\n");
        HuggingFaceFolder.Save(bert, _folder);
        string card = File.ReadAllText(Path.Combine(_folder, "README.md"));
        Assert.StartsWith("---\nlibrary_name: transformers", card.ReplaceLineEndings("\n"));
        Assert.Contains("loss 2.345", card);
        Assert.Contains("pipeline_tag: fill-mask", card);
    }

    private static string[] MaskedHead =>
    [
        "cls.predictions.bias [10]", "cls.predictions.transform.LayerNorm.bias [8]", "cls.predictions.transform.LayerNorm.weight [8]", "cls.predictions.transform.dense.bias [8]", "cls.predictions.transform.dense.weight [8,8]",
    ];

    private static IEnumerable<string> Layers(string[] names) => Enumerable.Range(0, 2).SelectMany(layer => names.Select(name => $"bert.encoder.layer.{layer}.{name}"));

    private static BertWordPieceTokenizer Tokenizer() => BertWordPieceTokenizer.Create(Vocabulary.FromWords(s_words));

    private void Save(BertConfig config, HeadSpec head, string[]? labels = null)
    {
        using var bert = new PretrainedBert(BertModel.Create(config, head, 1), Tokenizer(), labels: labels);
        HuggingFaceFolder.Save(bert, _folder);
    }

    private void RequireRefusal(BertConfig config, string reason)
    {
        using PretrainedBert bert = PretrainedBert.CreateUntrained(config, Tokenizer());
        Assert.Contains(reason, Assert.ThrowsExactly<NotSupportedException>(() => HuggingFaceFolder.Save(bert, _folder)).Message);
        Assert.IsFalse(Directory.Exists(_folder));
    }

    private void RequireTensors(string[] expected)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(_folder, "model.safetensors"));
        Assert.AreEqual("pt", file.Metadata["format"]);
        Assert.AreSequenceEqual(expected.Order(StringComparer.Ordinal), file.Entries.Select(entry => $"{entry.Name} [{string.Join(',', entry.Shape)}]").Order(StringComparer.Ordinal));
    }

    private long SafeTensorsBytes()
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(_folder, "model.safetensors"));
        return file.Entries.Sum(entry => entry.Length);
    }

    private JsonObject Config() => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "config.json")))!;
}
