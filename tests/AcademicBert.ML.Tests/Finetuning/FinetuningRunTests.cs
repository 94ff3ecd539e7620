using AcademicBert.Finetuning;
using AcademicBert.Tests.Catalog;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace AcademicBert.Tests.Finetuning;

[TestClass]
public sealed class FinetuningRunTests
{
    private readonly MLContext _context = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private BertRegressionOptions Options => new()
    {
        ModelFolder = TinyBert.Folder,
        LabelColumnName = "Similarity",
        ValidationSet = View(7),
        Finetuning = TinyBert.Options.Finetuning with { Epochs = 4, MaxLength = 24, Dropout = 0.1 },
    };

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Fit_FolderThatAnotherTrainsIn_IsRefusedAndTheOtherGoesOn()
    {
        BertRegressionOptions kept = Options with { RunFolder = _folder };
        string? refusal = null;
        _ = Scores(kept with { MetricsCallback = _ => refusal ??= Assert.ThrowsExactly<IOException>(() => Scores(kept)).Message });
        Assert.Contains($"'{_folder}': another process is training in this run folder", refusal!);
        _ = Scores(kept);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Fit_StoppedAndStartedAgain_GivesTheSameNumbersBitForBit(int stopAfter)
    {
        float[] uninterrupted = Scores(Options);
        using var stop = new CancellationTokenSource();
        BertRegressionOptions kept = Options with { RunFolder = _folder };
        Assert.ThrowsExactly<OperationCanceledException>(() => Scores(kept with { CancellationToken = stop.Token, MetricsCallback = epoch => Stop(epoch.Epoch) }));
        var epochs = new List<int>();
        Assert.AreSequenceEqual(uninterrupted, Scores(kept with { MetricsCallback = epoch => epochs.Add(epoch.Epoch) }));
        Assert.AreSequenceEqual(Enumerable.Range(stopAfter + 1, 4 - stopAfter), epochs);
        Assert.AreSequenceEqual(uninterrupted, Scores(kept with { MetricsCallback = _ => Assert.Fail("a finished run is not trained again") }));

        void Stop(int epoch)
        {
            if (epoch == stopAfter)
                stop.Cancel();
        }
    }

    [TestMethod]
    public void Fit_StoppedAndStartedAgain_HasTheJournalOfARunThatWasNot()
    {
        string whole = Path.Combine(_folder, "whole"), parts = Path.Combine(_folder, "parts");
        _ = Scores(Options with { RunFolder = whole });
        using var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => Scores(Options with { RunFolder = parts, CancellationToken = stop.Token, MetricsCallback = epoch => Stop(epoch.Epoch) }));
        File.AppendAllText(Path.Combine(parts, FinetuningJournal.FileName), "{\"event\":\"step\",\"epoch\":3,\"step\":99}\n{\"ev"); // a step of an epoch that was not finished, and one cut off
        _ = Scores(Options with { RunFolder = parts });
        _ = Scores(Options with { RunFolder = parts }); // ends once more
        FinetuningLine[] lines = [.. FinetuningJournal.Read(whole).Select(line => line with { RowsPerSecond = null })];
        Assert.AreSequenceEqual(lines, FinetuningJournal.Read(parts).Select(line => line with { RowsPerSecond = null }));
        FinetuningLine[] steps = [.. lines.Where(line => line.Event == "step")], epochs = [.. lines.Where(line => line.Event == "epoch")];
        Assert.AreSequenceEqual(Enumerable.Range(1, steps.Length).Select(step => (long)step), steps.Select(line => line.Step));
        Assert.AreSequenceEqual([1, 2, 3, 4], epochs.Select(line => line.Epoch!.Value));
        Assert.AreEqual(epochs.MaxBy(line => line.Score)!.Epoch, lines[^1].Epoch, "the end names the epoch that was kept");
        Assert.AreEqual(("end", steps[^1].Step), (lines[^1].Event, lines[^1].Step));

        void Stop(int epoch)
        {
            if (epoch == 2)
                stop.Cancel();
        }
    }

    [TestMethod]
    public void Fit_FolderOfOtherOptionsRowsOrModel_SaysWhich()
    {
        BertRegressionOptions kept = Options with { RunFolder = _folder };
        _ = Scores(kept);
        Assert.Contains("FinetuningOptions.LearningRate", Assert.ThrowsExactly<ArgumentException>(() => Scores(kept with { Finetuning = kept.Finetuning with { LearningRate = 1e-4 } })).Message);
        Assert.Contains("another dataset", Assert.ThrowsExactly<ArgumentException>(() => Scores(kept with { ValidationSet = View(8) })).Message);
        string model = Path.Combine(_folder, "other model");
        using (PretrainedBert other = PretrainedBert.Load(TinyBert.Folder))
        {
            using (torch.no_grad())
                other.Model.Parameters.Values.mul_(2);
            other.Save(model);
        }

        Assert.Contains("another model", Assert.ThrowsExactly<ArgumentException>(() => Scores(kept with { ModelFolder = model })).Message);
    }

    [TestMethod]
    public void Fit_FolderOfOtherClassWeights_SaysSo()
    {
        BertClassificationOptions options = TinyBert.Options with { RunFolder = _folder, Finetuning = TinyBert.Options.Finetuning with { Epochs = 1 } };
        IDataView rows = Row.View(_context, Row.Make(40, 1));
        _context.MulticlassClassification.Trainers.BertClassification(options).Fit(rows).Dispose();
        Assert.Contains("another class weighting", Assert.ThrowsExactly<ArgumentException>(() => _context.MulticlassClassification.Trainers.BertClassification(options with { BalanceClasses = true }).Fit(rows)).Message);
    }

    [TestMethod]
    public void Fit_LabelsWhoseLossIsTooLargeForANumber_SaysToScaleThem()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(PairRow.Make(40, 1).Select(row => new { row.Sentence1, row.Sentence2, Similarity = row.Similarity > 0.5 ? 1e30f : -1e30f }));
        BertRegressionTrainer trainer = _context.Regression.Trainers.BertRegression(Options with { ValidationSet = null });
        Assert.Contains("Scale them", Assert.ThrowsExactly<TrainingDivergedException>(() => trainer.Fit(rows)).Message);
    }

    [TestMethod]
    public void Fit_DamagedCheckpoint_NamesTheFile()
    {
        BertRegressionOptions kept = Options with { RunFolder = _folder };
        _ = Scores(kept);
        File.AppendAllText(Path.Combine(_folder, "checkpoint", "best.safetensors"), "damage");
        Assert.Contains("best.safetensors", Assert.ThrowsExactly<InvalidDataException>(() => Scores(kept)).Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("{\"Epochs\": 1e9}")]
    public void ReadState_DamagedFile_NamesIt(string content)
    {
        string path = Path.Combine(_folder, "state.json");
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.ThrowsExactly<InvalidDataException>(() => FinetuningRun.ReadState(path)).Message);
    }

    private IDataView View(int seed) => _context.Data.LoadFromEnumerable(PairRow.Make(40, seed));

    private float[] Scores(BertRegressionOptions options)
    {
        using BertRegressionTransformer model = _context.Regression.Trainers.BertRegression(options).Fit(View(1));
        return [.. model.Transform(View(2)).GetColumn<float>("Score")];
    }
}
