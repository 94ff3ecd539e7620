using System.Diagnostics;
using System.Globalization;
using AcademicBert.Finetuning;
using AcademicBert.Interop;
using AcademicBert.Tests.Catalog;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Interop;

[TestClass]
public sealed class OnnxPipelineTests
{
    private static readonly string s_folder = Path.Combine(Path.GetTempPath(), "academicbert-tests-" + Path.GetRandomFileName());
    private static BertClassificationTransformer s_classifier = null!;
    private readonly MLContext _context = new(1);

    [ClassInitialize]
    public static void Export(TestContext context)
    {
        var ml = new MLContext(1);
        s_classifier = ml.MulticlassClassification.Trainers.BertClassification(TinyBert.Options).Fit(Row.View(ml, Row.Make(60, 1)));
        OnnxFolder.Save(s_classifier.Bert, s_folder);
    }

    [ClassCleanup]
    public static void CleanUp()
    {
        s_classifier.Dispose();
        Directory.Delete(s_folder, recursive: true);
    }

    [TestMethod]
    public void Pipeline_TokenizeApplyLabel_GivesTheTransformersScoresAndLabels()
    {
        IDataView rows = Row.View(_context, Row.Make(20, 7));
        IDataView expected = s_classifier.Transform(rows), actual = Pipeline().Fit(rows).Transform(rows);
        Assert.AreSequenceEqual(expected.GetColumn<uint>("PredictedLabel"), actual.GetColumn<uint>("PredictedLabel"));
        foreach ((float[] wanted, float[] got) in expected.GetColumn<float[]>("Score").Zip(actual.GetColumn<float[]>("Score")))
            for (int i = 0; i < wanted.Length; i++)
                Assert.AreEqual(wanted[i], got[i], 1e-4);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        actual.Schema["Score"].GetSlotNames(ref slots);
        Assert.AreSequenceEqual(s_classifier.Classes, slots.DenseValues().Select(name => name.ToString()));
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(actual);
        Assert.AreEqual(_context.MulticlassClassification.Evaluate(expected).MicroAccuracy, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void Pipeline_SavedAndLoaded_GivesTheSameScores()
    {
        IDataView rows = Row.View(_context, Row.Make(6, 8));
        ITransformer fitted = Pipeline().Fit(rows);
        string path = Path.GetTempFileName();
        try
        {
            _context.Model.Save(fitted, rows.Schema, path);
            ITransformer loaded = new MLContext().Model.Load(path, out _);
            Assert.AreSequenceEqual(
                fitted.Transform(rows).GetColumn<float[]>("Score").SelectMany(score => score), loaded.Transform(rows).GetColumn<float[]>("Score").SelectMany(score => score));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Sample_WithoutTorchSharp_GivesTheTransformersLabels()
    {
        string program = SampleProgram("OnnxScoring");
        Assert.IsFalse(File.Exists(Path.Combine(Path.GetDirectoryName(program)!, "TorchSharp.dll")), "the sample is there to do without");
        string[] texts = ["bakes bread every morning", "steers ships"];
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", program, s_folder, .. texts])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string[] lines = process.StandardOutput.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        IDataView rows = Row.View(_context, texts.Select(text => new Row { Sentence1 = text }));
        foreach ((float[] expected, string line) in s_classifier.Transform(rows).GetColumn<float[]>("Score").Zip(lines))
        {
            string[] parts = line.Split(' ');
            float[] actual = [.. parts[^expected.Length..].Select(part => float.Parse(part, CultureInfo.InvariantCulture))];
            Assert.AreEqual(s_classifier.Classes[expected.AsSpan().IndexOf(expected.Max())], string.Join(' ', parts[..^expected.Length]));
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-4);
        }
    }

    [TestMethod]
    public void BertTokenize_LongerThanThePositions_SaysSo() =>
        Assert.Contains("positions", Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.Text.BertTokenize(s_folder, length: 10_000).Fit(Row.View(_context, []))).Message);

    private EstimatorChain<BertLabelingTransformer> Pipeline()
    {
        int length = TinyBert.Options.Finetuning.MaxLength;
        var shapes = new Dictionary<string, int[]> { ["input_ids"] = [1, length], ["attention_mask"] = [1, length], ["token_type_ids"] = [1, length] };
        return _context.Transforms.Text.BertTokenize(s_folder, length: length)
            .Append(_context.Transforms.ApplyOnnxModel(
                ["logits"], ["input_ids", "attention_mask", "token_type_ids"], Path.Combine(s_folder, OnnxFolder.ModelFile), shapeDictionary: shapes, gpuDeviceId: null, fallbackToCpu: false, recursionLimit: 100))
            .Append(_context.Transforms.Text.BertLabel(s_folder));
    }

    /// <summary>A sample as it was built beside the tests.</summary>
    private static string SampleProgram(string name)
    {
        string framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
        return Path.Combine(TestData.RepositoryRoot, "samples", name, "bin", configuration, framework, name + ".dll");
    }
}
