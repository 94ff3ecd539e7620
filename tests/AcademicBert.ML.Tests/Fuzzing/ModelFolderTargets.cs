using System.Buffers.Binary;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tokenization;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>The files of a model folder.</summary>
internal static class ModelFolderTargets
{
    private const string TokenizerConfigFile = "tokenizer_config.json";

    private static readonly BertConfig s_config = new() { VocabularySize = 11, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 12, MaxPositions = 6 };

    private static readonly string[] s_configValues =
    [
        "\"relu\"", "\"swish\"", "\"tanh\"", "\"gelu_new\"", "\"bert\"", "\"megatron-bert\"", "\"pre-ln\"", "\"post-ln\"", "\"rms_norm\"", "\"RmsNorm\"", "1e-12", "8", "11", "12", "6", "{\"0\":\"no\",\"1\":\"yes\"}",
        "[\"BertForTokenClassification\"]", "[\"BertForSequenceClassification\"]", "[\"BertForPreTraining\"]", "[\"BertModel\"]",
    ];

    public static IEnumerable<FuzzTarget> All => [Config(), Folder(), Weights(), ShardIndex(), TokenizerFile(), TokenizerConfig()];

    /// <summary>A tokenizer of a few words.</summary>
    public static BertWordPieceTokenizer Tokenizer() =>
        BertWordPieceTokenizer.Create(Vocabulary.FromWords([Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, "the", "##s", "bread", "é"]));

    /// <summary>A model of a few numbers.</summary>
    public static BertModel Model(HeadSpec head) => BertModel.Create(s_config, head, seed: 1);

    private static FuzzTarget Config() => FuzzTarget.OfJson(
        ModelFolder.ConfigFile,
        [
            Description(HeadSpec.MaskedLanguageModel), Description(HeadSpec.Classifier(2)), Description(HeadSpec.TokenClassifier(2)),
            .. new[] { "budget_seqcls_preln_2label_mini", "budget_mlm_preln_rmsnorm_mini", "hf_seqcls_3label_mini" }.Select(fixture => File.ReadAllBytes(TestData.Fixture(fixture, ModelFolder.ConfigFile))),
        ],
        (folder, input) => ModelDescriptionReader.Read(Put(folder, ModelFolder.ConfigFile, input))) with { Values = s_configValues };

    /// <summary>A description that may not fit its weights, which are those of every head.</summary>
    private static FuzzTarget Folder() => FuzzTarget.OfJson(
        "model folder",
        [.. new[] { HeadSpec.MaskedLanguageModelWithNextSentence, HeadSpec.MaskedLanguageModel, HeadSpec.Classifier(2), HeadSpec.TokenClassifier(2) }.Select(Description)],
        (folder, input) =>
        {
            string model = Once(folder, "model", path => WriteWeights(Directory.CreateDirectory(path).FullName));
            Put(model, ModelFolder.ConfigFile, input);
            Load(model);
        }) with { Values = s_configValues };

    /// <summary>A header of weights that may not fit the description. What a model does not use may be there.</summary>
    private static FuzzTarget Weights()
    {
        byte[] file = Written(ModelFolder.WeightsFile, WriteWeights);
        int data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        return FuzzTarget.OfJson(
            "weights of a model folder", [file[8..data]],
            (folder, input) =>
            {
                string model = Once(folder, "weights", path => Put(path, ModelFolder.ConfigFile, Description(HeadSpec.MaskedLanguageModelWithNextSentence)));
                byte[] length = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, input.Length);
                Put(model, ModelFolder.WeightsFile, [.. length, .. input, .. file[data..]]);
                Load(model);
            }) with
        {
            Values = ["\"F32\"", "\"I32\"", "\"U32\"", "\"F16\"", "[8,8]", "[64]", "[8]", "[11]", "[1,8]"],
            Names = [.. new[] { "bert.embeddings.LayerNorm.weight", "embeddings.LayerNorm.beta", "module.cls.predictions.bias", "cls.predictions.decoder.bias", "bert.encoder.FinalLayerNorm.weight" }.Select(name => $"\"{name}\"")],
        };
    }

    private static FuzzTarget ShardIndex() => FuzzTarget.OfJson(
        "shard index", [Utf8("""{"metadata":{"total_size":8},"weight_map":{"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors"}}""")],
        (folder, input) =>
        {
            string shards = Once(folder, "shards", path =>
            {
                Directory.CreateDirectory(path);
                SafeTensorsWriter.Write(Path.Combine(path, "1.safetensors"), [Number("a"), Number("b")]);
                SafeTensorsWriter.Write(Path.Combine(path, "2.safetensors"), [Number("c")]);
            });
            Put(shards, SafeTensorsCollection.IndexFile, input);
            using SafeTensorsCollection collection = SafeTensorsCollection.Open(shards);
            foreach (string name in collection.Names)
                collection.FileOf(name).CopyTo(name, new float[1]);
            Assert.ThrowsExactly<InvalidDataException>(() => collection.FileOf("none"));
        }) with { Refusals = [typeof(InvalidDataException), typeof(FileNotFoundException)] };

    private static FuzzTarget TokenizerFile() => FuzzTarget.OfJson(
        TokenizerJson.FileName, [Written(TokenizerJson.FileName, folder => TokenizerJson.Write(Tokenizer(), Path.Combine(folder, TokenizerJson.FileName)))],
        (folder, input) => TokenizerFolder.Load(Path.GetDirectoryName(Put(folder, "whole/" + TokenizerJson.FileName, input))!));

    private static FuzzTarget TokenizerConfig() => FuzzTarget.OfJson(
        TokenizerConfigFile, [Written(TokenizerConfigFile, folder => TokenizerFolder.Save(Tokenizer(), folder, 128))],
        (folder, input) =>
        {
            string tokenizer = Once(folder, "tokenizer", path => TokenizerFolder.Save(Tokenizer(), Directory.CreateDirectory(path).FullName, 128));
            Put(tokenizer, TokenizerConfigFile, input);
            TokenizerFolder.Load(tokenizer);
        });

    private static void Load(string folder)
    {
        ModelFolder.ReadConfig(folder);
        ModelFolder.Load(folder).Model.Dispose();
    }

    private static byte[] Description(HeadSpec head) => Written(ModelFolder.ConfigFile, folder =>
    {
        using BertModel model = Model(head);
        ModelFolder.Save(model, folder, head.Kind is HeadKind.Classifier or HeadKind.TokenClassifier ? ["no", "yes"] : null);
    });

    /// <summary>Parameters of every head, two that are tied and stored twice, and one under a name of another origin.</summary>
    private static void WriteWeights(string folder)
    {
        using BertModel model = Model(HeadSpec.MaskedLanguageModelWithNextSentence), classifier = Model(HeadSpec.Classifier(2));
        SafeTensorsWriter.Item[] own = [.. ParameterFile.Items(model.Parameters, WeightType.Float32)], other = [.. ParameterFile.Items(classifier.Parameters, WeightType.Float32)];
        SafeTensorsWriter.Write(Path.Combine(folder, ModelFolder.WeightsFile),
        [
            .. own.Select(item => item.Name == ParameterNames.Weight(ParameterNames.EmbeddingNorm) ? item with { Name = "embeddings.LayerNorm.gamma" } : item),
            .. other.Where(item => item.Name.StartsWith(ParameterNames.Classifier, StringComparison.Ordinal)),
            own.First(item => item.Name == ParameterNames.WordEmbeddings) with { Name = "cls.predictions.decoder.weight" },
            own.First(item => item.Name == ParameterNames.OutputBias) with { Name = "cls.predictions.decoder.bias" },
        ]);
    }

    private static SafeTensorsWriter.Item Number(string name) => new(name, "F32", [1], stream => stream.Write(new byte[4]));
}
