using System.Text.Json.Nodes;
using AcademicBert.Glue;
using AcademicBert.Modeling;
using AcademicBert.Training;
using static TorchSharp.torch;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueRunnerTests
{
    private static readonly GlueOptions s_small = new() { LearningRates = [2e-3], BatchSizes = [8], Epochs = [1], Seeds = [1] };

    private readonly int _threads = get_num_threads();
    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    private string Model => Path.Combine(_folder, "model");

    private string Data => Path.Combine(_folder, "data");

    [TestCleanup]
    public void CleanUp()
    {
        set_num_threads(_threads);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void Run_AllTasks_MakesASubmissionOfElevenFilesAndTheAverage()
    {
        TinyGlue.WriteModel(Model);
        foreach (GlueTask task in GlueTask.All.Append(GlueTask.Diagnostics))
            TinyGlue.WriteTask(Data, task.Name);
        var log = new List<string>();
        GlueReport report = GlueRunner.Run(s_small with { FromMnli = true }, Model, Data, Run, log: log.Add);

        Assert.HasCount(9, report.Tasks);
        IReadOnlyList<string> problems = GlueSubmission.Check(Path.Combine(Run, GlueRunner.SubmissionFile));
        Assert.HasCount(11, problems, "nothing but the number of rows is wrong");
        Assert.IsTrue(problems.All(problem => problem.Contains("has 6 predictions", StringComparison.Ordinal)), string.Join("\n", problems));
        Assert.IsNotNull(report.Average);
        Assert.AreEqual(GlueTable.Of(report), File.ReadAllText(Path.Combine(Run, GlueRunner.ResultsFile)));

        GlueReport read = GlueReport.Read(Run);
        Assert.AreEqual(report.Average, read.Average);
        Assert.AreSequenceEqual(report.Scores.OrderBy(score => score.Key), read.Scores.OrderBy(score => score.Key));
        Assert.IsEmpty(GlueReport.Read(Data).Tasks);
    }

    [TestMethod]
    public void Run_FromMnli_StartsFromTheModelChosenThere()
    {
        TinyGlue.WriteModel(Model);
        foreach (string task in (string[])["MNLI", "RTE", "QNLI"])
            TinyGlue.WriteTask(Data, task);
        GlueRunner.Run(s_small with { Tasks = ["MNLI", "RTE", "QNLI"], FromMnli = true }, Model, Data, Run);
        using GlueTaskGrid mnli = GlueTaskGrid.Open(s_small, GlueTask.Find("MNLI"), Model, Data, Run);
        Assert.AreEqual(Weights(Path.Combine(Run, "RTE")), FolderChecksum(mnli.BestModelFolder!));
        Assert.AreEqual(Weights(Path.Combine(Run, "QNLI")), FolderChecksum(Model));
    }

    [TestMethod]
    [DataRow(NormPlacement.PostLayerNorm, "bert")]
    [DataRow(NormPlacement.PreLayerNorm, "megatron-bert")]
    public void Run_HuggingFaceFolder_IsTunedLikeAnyOther(NormPlacement placement, string type)
    {
        TinyGlue.WriteModel(Model, placement);
        Assert.AreEqual(type, (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(Model, "config.json")))!["model_type"]);
        TinyGlue.WriteTask(Data, "STS-B");
        Assert.IsNotNull(GlueRunner.Run(s_small with { Tasks = ["STS-B"], Epochs = [3] }, Model, Data, Run).Tasks.Single().Best);
    }

    [TestMethod]
    public void Run_SideBySide_GivesTheSameScoresAsOneAfterAnother()
    {
        TinyGlue.WriteModel(Model);
        TinyGlue.WriteTask(Data, "RTE");
        GlueOptions options = s_small with { Tasks = ["RTE"], LearningRates = [1e-3, 5e-3], Seeds = [1, 2, 3] };
        GlueTaskResult one = GlueRunner.Run(options with { Threads = 1 }, Model, Data, Path.Combine(_folder, "one")).Tasks.Single();
        GlueTaskResult two = GlueRunner.Run(options with { Threads = 2, Parallel = 2 }, Model, Data, Path.Combine(_folder, "two")).Tasks.Single();
        Assert.AreSequenceEqual(Losses(one), Losses(two));
        Assert.AreEqual(one.Best!.Median.Trial, two.Best!.Median.Trial);

        static IEnumerable<double?> Losses(GlueTaskResult result) => result.Configurations.SelectMany(configuration => configuration.Results.Select(trial => trial.Loss));
    }

    [TestMethod]
    public void Run_TestFiles_ChooseNothingAndMayBeAbsent()
    {
        TinyGlue.WriteModel(Model);
        TinyGlue.WriteTask(Data, "WNLI");
        GlueOptions options = s_small with { Tasks = ["WNLI"], LearningRates = [1e-3, 5e-3] };
        GlueTaskResult with = GlueRunner.Run(options, Model, Data, Path.Combine(_folder, "with")).Tasks.Single();
        File.Delete(Path.Combine(Data, "WNLI", "test.tsv"));
        GlueTaskResult without = GlueRunner.Run(options, Model, Data, Path.Combine(_folder, "without")).Tasks.Single();
        Assert.AreEqual(with.Best!.Median.Trial, without.Best!.Median.Trial);
        Assert.IsTrue(File.Exists(Path.Combine(_folder, "with", GlueRunner.SubmissionFile)));
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "without", GlueRunner.SubmissionFile)));
    }

    [TestMethod]
    public void Run_Untrained_IgnoresThePretrainedValues()
    {
        TinyGlue.WriteTask(Data, "WNLI");
        GlueOptions options = s_small with { Tasks = ["WNLI"], Untrained = true };
        TinyGlue.WriteModel(Model);
        double? first = Loss("first");
        using (PretrainedBert model = PretrainedBert.Load(Model))
        using (PretrainedBert other = PretrainedBert.CreateUntrained(model.Config, model.Tokenizer, seed: 77))
            other.Save(Model);
        Assert.AreEqual(first, Loss("second"));

        double? Loss(string run) => GlueRunner.Run(options, Model, Data, Path.Combine(_folder, run)).Tasks.Single().Best!.Median.Loss;
    }

    [TestMethod]
    public void Plan_HalfDone_CountsWhatIsLeftAndWritesNothing()
    {
        TinyGlue.WriteModel(Model);
        TinyGlue.WriteTask(Data, "WNLI");
        GlueOptions options = s_small with { Tasks = ["WNLI"], Seeds = [1, 2] };
        GlueTaskPlan fresh = GlueRunner.Plan(options, Model, Data, Run).Tasks.Single();
        Assert.IsFalse(Directory.Exists(Run));
        Assert.AreEqual((2, 0, 24), (fresh.Trials, fresh.Done, fresh.Rows));
        Assert.IsGreaterThan(TimeSpan.Zero, fresh.Time);
        GlueRunner.Run(options, Model, Data, Run);
        GluePlan done = GlueRunner.Plan(options, Model, Data, Run);
        Assert.AreEqual(2, done.Tasks.Single().Done);
        Assert.AreEqual(0, done.Cost(100));
    }

    [TestMethod]
    public void Run_BrokenRowsToSkip_AreCountedInTheLog()
    {
        TinyGlue.WriteModel(Model);
        TinyGlue.WriteTask(Data, "QQP");
        File.AppendAllText(Path.Combine(Data, "QQP", "train.tsv"), "24\tbroken\n");
        GlueOptions options = s_small with { Tasks = ["QQP"] };
        Assert.Contains("train.tsv, line 26", Assert.ThrowsExactly<InvalidDataException>(() => GlueRunner.Run(options, Model, Data, Run)).Message);
        var log = new List<string>();
        GlueRunner.Run(options with { SkipBrokenRows = true }, Model, Data, Run, log: log.Add);
        Assert.Contains("QQP: 1 broken training rows are left out.", log);
    }

    [TestMethod]
    [DataRow("MNLI", 480)]
    [DataRow("QNLI", 320)]
    [DataRow("QQP", 320)]
    public void Run_OfficialSampleRows_AreTunedOn(string name, int rows)
    {
        string sample = TestData.Require("glue", name, "official-rows-kshot.tsv");
        TinyGlue.WriteModel(Model);
        GlueTask task = GlueTask.Find(name);
        Directory.CreateDirectory(Path.Combine(Data, name));
        foreach (string file in (string[])["train", .. task.Evaluations.Select(evaluation => evaluation.Dev!)])
            File.Copy(sample, Path.Combine(Data, name, file + ".tsv"));
        GlueTrialResult result = GlueRunner.Run(s_small with { Tasks = [name], BatchSizes = [32] }, Model, Data, Run).Tasks.Single().Best!.Median;
        Assert.AreEqual(rows / 32, result.Steps);
        Assert.HasCount(task.Evaluations.Count, result.Scores);
    }

    private string Run => Path.Combine(_folder, "run");

    private static string Weights(string taskFolder) => (string)JsonNode.Parse(File.ReadAllText(Path.Combine(taskFolder, "inputs.json")))!["model"]!["model.safetensors"]!;

    private static string FolderChecksum(string model) => AcademicBert.Training.FolderManifest.Checksum(Path.Combine(model, "model.safetensors"));
}
