using System.Runtime.InteropServices;
using AcademicBert.Interop;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using AcademicBert.Tests.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Interop;

[TestClass]
public sealed class OnnxFolderTests
{
    // Rows of one batch: a pair, a full row and a short one.
    private static readonly long[][] s_ids = [[2, 17, 9, 3, 31, 3], [2, 8, 9, 10, 11, 12, 13, 3], [2, 3]];
    private static readonly long[][] s_types = [[0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0], [0, 0]];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "academicbert-tests-" + Path.GetRandomFileName());

    private string NetworkFile => Path.Combine(_folder, OnnxFolder.ModelFile);

    public static IEnumerable<object[]> Fixtures => ModelFolderTests.Fixtures;

    public static IEnumerable<object[]> FixturesAndPrecisions => Fixtures.SelectMany(row => Enum.GetValues<OnnxPrecision>().Select(precision => new[] { row[0], precision }));

    [TestCleanup]
    public void CleanUp()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(FixturesAndPrecisions))]
    public void Save_Head_GivesTheEnginesLogits(string fixture, OnnxPrecision precision)
    {
        using PretrainedBert bert = Load(fixture);
        OnnxFolder.Save(bert, _folder, new OnnxOptions { Precision = precision });
        using var network = new OnnxModel(NetworkFile);
        Assert.AreSequenceEqual(["input_ids", "attention_mask", "token_type_ids"], network.Inputs);
        bool perToken = bert.Model.Head.PredictsTokens;
        RequireClose(precision, Engine(bert, model => perToken ? model.MaskedLogits(Hidden(model), null).view(3, 8, -1) : model.Classify(model.Pool(Hidden(model)))), network.Run("logits", s_ids, s_types), perToken);
    }

    [TestMethod]
    public void Save_Folder_IsNoModelFolderAndSaysSoWhereOneIsAskedFor()
    {
        using PretrainedBert bert = Load((string)Fixtures.First()[0]);
        OnnxFolder.Save(bert, _folder);
        Assert.Contains("is for ONNX Runtime", Assert.Throws<IOException>(() => PretrainedBert.Load(_folder)).Message);
    }

    [TestMethod]
    [DynamicData(nameof(FixturesAndPrecisions))]
    public void Save_Encoder_GivesTheEnginesStatesAndEmbeddings(string fixture, OnnxPrecision precision)
    {
        using PretrainedBert bert = Load(fixture);
        OnnxFolder.Save(bert, _folder, new OnnxOptions { Precision = precision, Part = OnnxPart.Encoder });
        using var network = new OnnxModel(NetworkFile);
        Assert.AreSequenceEqual(bert.Model.Head.Pools ? ["last_hidden_state", "pooler_output", "sentence_embedding"] : ["last_hidden_state", "sentence_embedding"], network.Outputs);
        RequireClose(precision, Engine(bert, Hidden), network.Run("last_hidden_state", s_ids, s_types), perToken: true);
        RequireClose(precision, Engine(bert, model =>
        {
            Tensor hidden_BSH = Hidden(model);
            return stack([.. s_ids.Select((row, i) => hidden_BSH[i].narrow(0, 0, row.Length).mean([0]))]);
        }), network.Run("sentence_embedding", s_ids, s_types), perToken: false);
        if (bert.Model.Head.Pools)
            RequireClose(precision, Engine(bert, model => model.Pool(Hidden(model))), network.Run("pooler_output", s_ids, s_types), perToken: false);
    }

    [TestMethod]
    public void Save_TokenClassifier_GivesLogitsForEveryToken()
    {
        BertConfig config = Small(Activation.Gelu);
        using var bert = new PretrainedBert(BertModel.Create(config, HeadSpec.TokenClassifier(3), 1), Tokenizer(32));
        OnnxFolder.Save(bert, _folder);
        using var network = new OnnxModel(NetworkFile);
        RequireClose(OnnxPrecision.Float32, Engine(bert, model => model.ClassifyTokens(Hidden(model))), network.Run("logits", s_ids, s_types), perToken: true);
    }

    [TestMethod]
    [DataRow(Activation.Relu)]
    [DataRow(Activation.Swish)]
    [DataRow(Activation.Tanh)]
    public void Save_OtherActivationsAndOwnDecoder_GiveTheEnginesLogits(Activation activation)
    {
        BertConfig config = Small(activation) with { TieWordEmbeddings = false };
        using var bert = new PretrainedBert(BertModel.Create(config, HeadSpec.MaskedLanguageModel, 1), Tokenizer(32));
        OnnxFolder.Save(bert, _folder);
        using var network = new OnnxModel(NetworkFile);
        RequireClose(OnnxPrecision.Float32, Engine(bert, model => model.MaskedLogits(Hidden(model), null).view(3, 8, -1)), network.Run("logits", s_ids, s_types), perToken: true);
    }

    [TestMethod]
    [DataRow(Activation.Gelu)]
    [DataRow(Activation.Swish)]
    public void Save_GatedFeedForward_GivesTheEnginesLogits(Activation activation)
    {
        using var bert = new PretrainedBert(BertModel.Create(Small(activation) with { GatedFeedForward = true }, HeadSpec.MaskedLanguageModel, 1), Tokenizer(32));
        OnnxFolder.Save(bert, _folder);
        using var network = new OnnxModel(NetworkFile);
        RequireClose(OnnxPrecision.Float32, Engine(bert, model => model.MaskedLogits(Hidden(model), null).view(3, 8, -1)), network.Run("logits", s_ids, s_types), perToken: true);
    }

    [TestMethod]
    public void Save_AboveTheLimit_PutsWeightsBesideTheNetworkAndComputesTheSame()
    {
        using PretrainedBert bert = Load("hf_mlm_tiny");
        OnnxFolder.Save(bert, _folder);
        long inside = new FileInfo(NetworkFile).Length;
        float[] expected = Run();
        OnnxFolder.Save(bert, _folder, new OnnxOptions { ExternalDataAbove = 100_000 });
        Assert.IsLessThan(inside / 4, new FileInfo(NetworkFile).Length);
        Assert.IsGreaterThan(inside / 2, new FileInfo(Path.Combine(_folder, OnnxFolder.DataFile)).Length);
        Assert.AreSequenceEqual(expected, Run());

        float[] Run()
        {
            using var network = new OnnxModel(NetworkFile);
            return network.Run("logits", s_ids, s_types);
        }
    }

    [TestMethod]
    public void Save_SmallerPrecisions_MakeSmallerFiles()
    {
        BertConfig config = Small(Activation.Gelu) with { VocabularySize = 2000, HiddenSize = 64, IntermediateSize = 256 };
        using var bert = new PretrainedBert(BertModel.Create(config, HeadSpec.MaskedLanguageModel, 1), Tokenizer(2000));
        long[] sizes = [.. Enum.GetValues<OnnxPrecision>().Select(precision =>
        {
            OnnxFolder.Save(bert, _folder, new OnnxOptions { Precision = precision });
            return new FileInfo(NetworkFile).Length;
        })];
        Assert.IsLessThan(0.52 * sizes[0], sizes[1]);
        Assert.IsLessThan(0.35 * sizes[0], sizes[2]);
    }

    [TestMethod]
    public void Save_WrongOptions_NameTheOptionAndLeaveNothing()
    {
        using PretrainedBert bert = Load("hf_seqcls_2label_tiny");
        Assert.Contains("Labels", Assert.ThrowsExactly<ArgumentException>(() => OnnxFolder.Save(bert, _folder, new OnnxOptions { Labels = ["one"] })).Message);
        Assert.Contains("ExternalDataAbove", Assert.ThrowsExactly<ArgumentException>(() => OnnxFolder.Save(bert, _folder, new OnnxOptions { ExternalDataAbove = -1 })).Message);
        Assert.IsFalse(Directory.Exists(_folder));
    }

    private static PretrainedBert Load(string fixture)
    {
        BertModel model = ModelFolder.Load(TestData.Fixture(fixture)).Model;
        return new PretrainedBert(model, Tokenizer(model.Config.VocabularySize));
    }

    private static BertConfig Small(Activation activation) => new()
    {
        VocabularySize = 32, HiddenSize = 16, Layers = 2, Heads = 2, IntermediateSize = 24, MaxPositions = 16, Activation = activation, InitializerRange = 0.2,
    };

    private static BertWordPieceTokenizer Tokenizer(int words) =>
        BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(5, words - 5).Select(i => $"w{i}")]));

    private static Tensor Hidden(BertModel model)
    {
        long[] Padded(long[] row) => [.. row, .. new long[8 - row.Length]];
        return model.Encode(new EncoderInput(
            tensor(s_ids.SelectMany(Padded).ToArray()).view(3, 8), tensor(s_types.SelectMany(Padded).ToArray()).view(3, 8), tensor(s_ids.Select(row => (long)row.Length).ToArray())));
    }

    private static float[] Engine(PretrainedBert bert, Func<BertModel, Tensor> compute)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        return [.. compute(bert.Model).contiguous().data<float>()];
    }

    private static void RequireClose(OnnxPrecision precision, float[] expected, float[] actual, bool perToken)
    {
        Assert.HasCount(expected.Length, actual);
        // What stands at padding is nobody's.
        int width = perToken ? expected.Length / 24 : expected.Length / 3;
        int[] compared = [.. Enumerable.Range(0, expected.Length).Where(i => !perToken || i / width % 8 < s_ids[i / width / 8].Length)];
        double scale = compared.Max(i => Math.Abs(expected[i]));
        if (precision == OnnxPrecision.Int8)
        {
            double dot = compared.Sum(i => (double)expected[i] * actual[i]), norms = Math.Sqrt(compared.Sum(i => (double)expected[i] * expected[i]) * compared.Sum(i => (double)actual[i] * actual[i]));
            Assert.IsGreaterThan(0.98, dot / norms);
            return;
        }

        double tolerance = (precision == OnnxPrecision.Float32 ? 1e-4 : 2e-2) * Math.Max(1, scale);
        foreach (int i in compared)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"[{i}]");
    }
}
