using System.Text.Json.Nodes;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tests.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Modeling;

[TestClass]
public sealed class ModelFolderTests
{
    private const string Masked = "hf_mlm_tiny", Classifier = "hf_seqcls_2label_tiny";

    public static IEnumerable<object[]> Fixtures => TestData.FixtureFolders("hf_", "expected.safetensors").Concat(TestData.FixtureFolders("budget_", "expected.safetensors")).Select(folder => new object[] { folder });

    [TestMethod]
    [DynamicData(nameof(Fixtures))]
    public void Load_EveryFixture_GivesItsLogitsWithNothingMissing(string fixture)
    {
        LoadedModel loaded = ModelFolder.Load(TestData.Fixture(fixture));
        using BertModel model = loaded.Model;
        Assert.IsEmpty(loaded.Missing);
        RequireLogits(fixture, model);
    }

    [TestMethod]
    [DataRow("without prefix")]
    [DataRow("gamma and beta")]
    [DataRow("constants and tied copies")]
    [DataRow("the reference repository's")]
    [DataRow("data parallel")]
    public void Load_NamesOfOtherOrigins_GiveTheSameModelAndLeaveNothingUnused(string origin)
    {
        using var folder = origin switch
        {
            "without prefix" => new StoredFolder(Masked, name => name.Replace("bert.", "")),
            "gamma and beta" => new StoredFolder(Masked, name => name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta")),
            "data parallel" => new StoredFolder(Masked, name => "module." + name),
            "the reference repository's" => new StoredFolder(Masked, ReferenceName),
            _ => new StoredFolder(Masked, add: file =>
            [
                StoredFolder.Copy(file, ParameterNames.WordEmbeddings, "cls.predictions.decoder.weight"),
                StoredFolder.Copy(file, ParameterNames.OutputBias, "cls.predictions.decoder.bias"),
                new SafeTensorsWriter.Item("bert.embeddings.position_ids", "I64", [1, 64], stream => stream.Write(new byte[512])),
            ]),
        };
        LoadedModel loaded = ModelFolder.Load(folder.Path);
        using BertModel model = loaded.Model;
        Assert.IsEmpty(loaded.Missing);
        Assert.IsEmpty(loaded.Unused);
        RequireLogits(Masked, model);

        static string ReferenceName(string name) => name
            .Replace("attention.output.LayerNorm", "PreAttentionLayerNorm").Replace("intermediate.dense", "intermediate.dense_act").Replace("transform.dense", "transform.dense_act.dense")
            is var renamed && renamed.Contains("encoder.layer") ? renamed.Replace(".output.LayerNorm", ".PostAttentionLayerNorm") : renamed;
    }

    [TestMethod]
    public void Load_BiasUnderTheDecodersName_IsTheOutputBias()
    {
        using var folder = new StoredFolder(Masked, name => name == ParameterNames.OutputBias ? "cls.predictions.decoder.bias" : name);
        using BertModel model = ModelFolder.Load(folder.Path).Model;
        RequireLogits(Masked, model);
    }

    [TestMethod]
    public void Load_WeightsThatAreNoFloats_NamesTheTensor()
    {
        using var folder = new StoredFolder(Masked, name => name == ParameterNames.OutputBias ? "" : name, add: file => [StoredFolder.Copy(file, ParameterNames.OutputBias, ParameterNames.OutputBias) with { Type = "I32" }]);
        Assert.Contains($"'{ParameterNames.OutputBias}' holds I32", Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message);
    }

    [TestMethod]
    public void Load_UntiedDecoder_PredictsWithItAndSavesIt()
    {
        using var folder = new StoredFolder(Masked, configure: json => json["tie_word_embeddings"] = false, add: file => [StoredFolder.Numbers("cls.predictions.decoder.weight", [200, 64], 0)]);
        using BertModel model = ModelFolder.Load(folder.Path).Model;
        using var scope = NewDisposeScope();
        Tensor logits = model.MaskedLogits(model.Encode(new EncoderInput(tensor(new long[,] { { 2, 7, 3 } }))), null);
        Assert.AreSequenceEqual(model.Parameters.ToArray(model.Parameters.Slot(ParameterNames.OutputBias)), logits[0].data<float>().ToArray());
        ModelFolder.Save(model, folder.Path);
        using BertModel again = ModelFolder.Load(folder.Path).Model;
        Assert.IsFalse(again.Config.TieWordEmbeddings);
    }

    [TestMethod]
    public void Load_TiedDecoderThatDiffers_IsListedAsUnused()
    {
        using var folder = new StoredFolder(Masked, add: file => [StoredFolder.Numbers("cls.predictions.decoder.weight", [200, 64], 0)]);
        LoadedModel loaded = ModelFolder.Load(folder.Path);
        using BertModel model = loaded.Model;
        Assert.AreSequenceEqual(["cls.predictions.decoder.weight"], loaded.Unused);
    }

    [TestMethod]
    public void Load_HeadThatIsNotStored_IsLeftOutAndListed()
    {
        using var folder = new StoredFolder(Masked, name => name.StartsWith("cls.", StringComparison.Ordinal) ? "" : name);
        LoadedModel loaded = ModelFolder.Load(folder.Path);
        using BertModel model = loaded.Model;
        Assert.AreEqual(HeadSpec.None, model.Head);
        Assert.Contains("cls.predictions.transform.dense.weight", loaded.Missing);
    }

    [TestMethod]
    public void Load_EncoderOfAClassifier_ListsTheClassifierAsUnusedAndKeepsThePooler()
    {
        using var folder = new StoredFolder(Classifier, configure: json => json["architectures"] = new JsonArray("BertModel"));
        LoadedModel loaded = ModelFolder.Load(folder.Path);
        using BertModel model = loaded.Model;
        Assert.AreEqual(HeadSpec.Pooler, model.Head);
        Assert.AreSequenceEqual(["classifier.bias", "classifier.weight"], loaded.Unused);
    }

    [TestMethod]
    public void Load_Labels_AreThoseOfTheConfiguration()
    {
        using var folder = new StoredFolder(Classifier, configure: json =>
        {
            json.Remove("num_labels");
            json["id2label"] = new JsonObject { ["1"] = "good", ["0"] = "bad" };
        });
        LoadedModel loaded = ModelFolder.Load(folder.Path);
        using BertModel model = loaded.Model;
        Assert.AreSequenceEqual(["bad", "good"], loaded.Labels!);
    }

    [TestMethod]
    [DataRow("vocab_size", 201, "word_embeddings")]
    [DataRow("vocab_size", int.MaxValue, "word_embeddings")]
    [DataRow("hidden_size", 32, "shape")]
    [DataRow("hidden_size", 2_000_000_000, "shape")]
    [DataRow("num_hidden_layers", 3, "no tensor")]
    [DataRow("num_hidden_layers", int.MaxValue, "no tensor")]
    [DataRow("intermediate_size", 2_000_000_000, "shape")]
    [DataRow("max_position_embeddings", 2_000_000_000, "position_embeddings")]
    [DataRow("num_attention_heads", 5, "Heads")]
    [DataRow("num_hidden_layers", -1, "Layers")]
    public void Load_ConfigurationThatDoesNotFitTheWeights_IsRefusedBeforeMemoryIsTaken(string key, int value, string reason)
    {
        using var folder = new StoredFolder(Masked, configure: json => json[key] = value);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains(reason, Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message);
        Assert.IsLessThan(50_000_000, GC.GetTotalAllocatedBytes() - before);
    }

    [TestMethod]
    [DataRow("model_type", "\"roberta\"", "roberta")]
    [DataRow("hidden_act", "\"gelu_new\"", "gelu_new")]
    [DataRow("position_embedding_type", "\"relative_key\"", "relative_key")]
    [DataRow("is_decoder", "true", "is_decoder")]
    [DataRow("layer_norm_eps", "1e-5", "layer_norm_eps")]
    [DataRow("hidden_size", "\"wide\"", "hidden_size")]
    [DataRow("vocab_size", "null", "vocab_size")]
    [DataRow("academic_bert", """{"version":2}""", "newer")]
    public void Load_ConfigurationThatIsNotSupported_NamesFileAndKey(string key, string value, string reason)
    {
        using var folder = new StoredFolder(Masked, configure: json => json[key] = JsonNode.Parse(value));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message;
        Assert.Contains(reason, message);
        Assert.Contains(ModelFolder.ConfigFile, message);
    }

    // Its deepest layer is there, the two milliards between are not: they must not be counted one by one.
    [TestMethod]
    public void Load_MoreLayersThanTensors_IsRefusedBeforeMemoryIsTaken()
    {
        const int layers = int.MaxValue;
        using var folder = new StoredFolder(
            "hf_mlm_tiny",
            configure: config => config["num_hidden_layers"] = layers,
            add: file => [StoredFolder.Copy(file, "bert.encoder.layer.0.attention.self.query.weight", $"bert.encoder.layer.{layers - 1}.attention.self.query.weight")]);
        Assert.Contains("layers", Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message);
    }

    [TestMethod]
    [DataRow("{ \"architectures\": [\"\\ud800\"], \"vocab_size\": 9, \"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": 1, \"intermediate_size\": 8, \"max_position_embeddings\": 8 }")]
    [DataRow("{ \"model_type\": \"\\udc00\" }")]
    [DataRow("{ \"vocab_size\": 9, \"vocab_size\": 9 }")]
    public void Load_ConfigurationThatIsNoText_NamesTheFile(string content)
    {
        using var folder = new StoredFolder("hf_mlm_tiny");
        string path = Path.Combine(folder.Path, ModelFolder.ConfigFile);
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => ModelFolder.Load(folder.Path)).Message);
    }

    [TestMethod]
    [DataRow("metrics.jsonl", "")]
    [DataRow("metrics.jsonl", "model")]
    [DataRow("finetuning.jsonl", "model")]
    public void Load_RunThatHasNotEnded_SaysHowItGoesOnAndWhereModelsAre(string journal, string named)
    {
        string run = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            foreach (string file in (string[])["options.json", journal])
                File.WriteAllText(Path.Combine(run, file), "");
            string message = Message();
            Assert.Contains($"The run in '{run}' has not ended, so it has no model yet.", message);
            Assert.DoesNotContain("snapshots", message);
            Assert.AreEqual(journal == "metrics.jsonl", message.Contains("--saveModel", StringComparison.Ordinal), message);
            Directory.CreateDirectory(Path.Combine(run, "snapshots", "50-percent"));
            Assert.Contains("'snapshots'", Message());

            string Message() => Assert.ThrowsExactly<DirectoryNotFoundException>(() => ModelFolder.Load(Path.Combine(run, named))).Message;
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }
    }

    [TestMethod]
    public void SaveThenLoad_EveryFixtureAndAGatedModel_IsEqualBitForBit()
    {
        var gated = new BertConfig { VocabularySize = 40, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 20, MaxPositions = 12, GatedFeedForward = true };
        foreach (BertModel saved in (IEnumerable<BertModel>)[.. Fixtures.Select(fixture => ModelFolder.Load(TestData.Fixture((string)fixture[0])).Model), BertModel.Create(gated, HeadSpec.MaskedLanguageModel, 1)])
        {
            using BertModel model = saved;
            string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
            try
            {
                ModelFolder.Save(model, folder);
                LoadedModel loaded = ModelFolder.Load(folder);
                using BertModel again = loaded.Model;
                Assert.AreEqual(model.Config, again.Config);
                Assert.AreEqual(model.Head, again.Head);
                Assert.IsEmpty(loaded.Unused);
                foreach (ParameterSlot slot in model.Parameters.Slots)
                    Assert.AreSequenceEqual(model.Parameters.ToArray(slot), again.Parameters.ToArray(slot));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Compares a model's logits with those of a fixture.</summary>
    internal static void RequireLogits(string fixture, BertModel model, double relative = 1e-5)
    {
        using SafeTensorsFile inputs = SafeTensorsFile.Open(TestData.Fixture(fixture, "inputs.safetensors")), expected = SafeTensorsFile.Open(TestData.Fixture(fixture, "expected.safetensors"));
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor hidden_BSH = model.Encode(new EncoderInput(Int64("input_ids"), Int64("token_type_ids"), Int64("attention_mask").sum(1)));
        bool sparse = expected.Contains("masked_logits");
        Tensor logits = model.Head.Kind == HeadKind.Classifier ? model.Classify(model.Pool(hidden_BSH))
            : model.MaskedLogits(hidden_BSH, sparse ? tensor(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(expected.Bytes("masked_indexes")).ToArray()) : null);
        string name = sparse ? "masked_logits" : "logits";
        float[] wanted = new float[expected[name].ElementCount], actual = [.. logits.contiguous().data<float>()];
        expected.CopyTo(name, wanted);
        Assert.HasCount(wanted.Length, actual);
        double tolerance = relative * wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++)
            Assert.AreEqual(wanted[i], actual[i], tolerance, $"{fixture}: {name}[{i}]");

        Tensor Int64(string input) => tensor(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(inputs.Bytes(input)).ToArray()).view(inputs[input].Shape);
    }
}
