using System.IO.Compression;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Modeling;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class ExportCommandTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly StringWriter _errors = new();

    private string Model => Path.Combine(_folder, "model");

    private string Output => Path.Combine(_folder, "output");

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("onnx", "model.onnx")]
    [DataRow("huggingface", "model.safetensors")]
    public async Task Export_ModelFolder_WritesTheFormat(string format, string file)
    {
        SaveModel(NormKind.LayerNorm);
        Assert.AreEqual(ExitCode.Success, await Execute("export", Model, "--format", format, "-o", Output), _errors.ToString());
        foreach (string name in (string[])[file, "config.json", "vocab.txt", "tokenizer.json"])
            Assert.IsTrue(File.Exists(Path.Combine(Output, name)), name);
    }

    [TestMethod]
    public async Task Export_ArchitectureHuggingFaceLacks_FailsWithTheReasonAndWritesNothing()
    {
        SaveModel(NormKind.RmsNorm);
        Assert.AreEqual(ExitCode.Failure, await Execute("export", Model, "--format", "huggingface", "-o", Output));
        Assert.Contains("RMSNorm", _errors.ToString());
        Assert.IsFalse(Directory.Exists(Output));
        Assert.AreEqual(ExitCode.Success, await Execute("export", Model, "--precision", "Int8", "--part", "Encoder", "-o", Output), _errors.ToString());
    }

    [TestMethod]
    public async Task Export_ModelWithANormAfterTheEmbeddings_NamesTheFlagToPretrainWith()
    {
        SaveModel(NormKind.LayerNorm, embeddingLayerNorm: true);
        Assert.AreEqual(ExitCode.Failure, await Execute("export", Model, "--format", "huggingface", "-o", Output));
        Assert.Contains("a model that is pretrained with --model.embeddingLayerNorm false has none", _errors.ToString());
    }

    [TestMethod]
    [DataRow("Float32")]
    [DataRow("BFloat16")]
    public async Task Export_MLNet_IsAFileThatLoadsAndEmbeds(string weights)
    {
        SaveModel(NormKind.LayerNorm);
        Assert.AreEqual(ExitCode.Success, await Execute("export", Model, "--format", "mlnet", "--weights", weights, "-o", Output + ".zip"), _errors.ToString());
        var context = new MLContext();
        ITransformer loaded = context.Model.Load(Output + ".zip", out DataViewSchema input);
        Assert.IsNotNull(input.GetColumnOrNull("Text"));
        IDataView rows = loaded.Transform(context.Data.LoadFromEnumerable([new { Text = "a a" }]));
        float[] vector = rows.GetColumn<float[]>("Embedding").Single();
        Assert.AreEqual(16, vector.Length);
        Assert.IsTrue(vector.Any(number => number != 0));
    }

    [TestMethod]
    public async Task Export_MLNetOfAClassifier_IsAFileThatPredicts()
    {
        using var line = new CommandLine();
        string model = line.Classifier(), file = line.Path("classifier.zip");
        Assert.Contains("reads the column 'text' and predicts", string.Join(' ', await line.Lines("export", model, "--format", "mlnet", "-o", file)));
        var context = new MLContext();
        ITransformer loaded = context.Model.Load(file, out _);
        IDataView rows = loaded.Transform(context.Data.LoadFromEnumerable([new { text = "the baker bakes bread" }]));
        Assert.AreEqual((await line.Lines("predict", model, "the baker bakes bread"))[1].Split('\t')[0], rows.GetColumn<string>("PredictedLabel").Single());
    }

    [TestMethod]
    public async Task Export_MLNetOfAClassifierIn16Bits_HasSmallerWeights()
    {
        using var line = new CommandLine();
        string model = line.Classifier();
        foreach (string weights in (string[])["Float32", "BFloat16", "Float16"])
            await line.Succeed("export", model, "--format", "mlnet", "--weights", weights, "-o", line.Path(weights + ".zip"));
        long whole = Weights("Float32");
        Assert.IsLessThan(0.7 * whole, Weights("BFloat16"));
        Assert.AreEqual(Weights("BFloat16"), Weights("Float16"), 100.0);

        long Weights(string name)
        {
            using ZipArchive zip = ZipFile.OpenRead(line.Path(name + ".zip"));
            return zip.Entries.Single(entry => entry.FullName.EndsWith("model.safetensors", StringComparison.Ordinal)).Length;
        }
    }

    [TestMethod]
    [DataRow("--weights is for --format huggingface and mlnet", "--weights", "BFloat16")]
    [DataRow("--precision is for --format onnx only", "--format", "huggingface", "--precision", "Int8")]
    [DataRow("--part is for --format onnx only", "--format", "huggingface", "--part", "Encoder")]
    public async Task Export_OptionOfAnotherFormat_IsRefused(string message, params string[] options)
    {
        SaveModel(NormKind.LayerNorm);
        Assert.AreEqual(ExitCode.Usage, await Execute(["export", Model, "-o", Output, .. options]));
        Assert.Contains(message, _errors.ToString());
        Assert.IsFalse(Directory.Exists(Output));
    }

    [TestMethod]
    public async Task Export_OverTheModelItself_LeavesIt()
    {
        SaveModel(NormKind.LayerNorm);
        Assert.AreEqual(ExitCode.Usage, await Execute("export", Model, "-o", Path.Combine(_folder, ".", "model") + "/", "--overwrite"));
        Assert.Contains("is the model itself", _errors.ToString());
        Assert.IsTrue(File.Exists(Path.Combine(Model, "model.safetensors")));
    }

    [TestMethod]
    public async Task Export_FolderOfOtherFiles_IsLeftAsItIs()
    {
        SaveModel(NormKind.LayerNorm);
        Directory.CreateDirectory(Output);
        await File.WriteAllTextAsync(Path.Combine(Output, "thesis.txt"), "years of work");
        Assert.AreEqual(ExitCode.Failure, await Execute("export", Model, "-o", Output));
        Assert.Contains("holds other files", _errors.ToString());
        Assert.IsTrue(File.Exists(Path.Combine(Output, "thesis.txt")));
    }

    [TestMethod]
    public async Task Export_UnknownFormat_IsAUsageError()
    {
        Assert.AreEqual(ExitCode.Usage, await Execute("export", Model, "--format", "pickle", "-o", Output));
        Assert.Contains("pickle", _errors.ToString());
    }

    private void SaveModel(NormKind norm, bool embeddingLayerNorm = false)
    {
        var config = new BertConfig { HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, MaxPositions = 16, Norm = norm, EmbeddingLayerNorm = embeddingLayerNorm };
        using PretrainedBert bert = PretrainedBert.CreateUntrained(config, BertWordPieceTokenizer.Create(Vocabulary.FromWords(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"])));
        bert.Save(Model);
    }

    private Task<int> Execute(params string[] arguments) =>
        Application.RunAsync(arguments, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(new StringWriter()) }), _errors);
}
