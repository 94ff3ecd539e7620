using AcademicBert.Finetuning;
using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GlueOptionsTests
{
    [TestMethod]
    [DataRow("WNLI", 24)]
    [DataRow("RTE", 24)]
    [DataRow("SST-2", 24)]
    [DataRow("MRPC", 24)]
    [DataRow("CoLA", 24)]
    [DataRow("STS-B", 24)]
    [DataRow("MNLI", 4)]
    [DataRow("QQP", 4)]
    [DataRow("QNLI", 4)]
    public void Trials_Defaults_AreThePapersGridWithFiveSeeds(string name, int configurations)
    {
        IReadOnlyList<GlueTrial> trials = new GlueOptions().Trials(GlueTask.Find(name));
        Assert.HasCount(5 * configurations, trials.Distinct());
        Assert.IsTrue(trials.Chunk(5).All(seeds => seeds.Select(trial => trial.Seed).SequenceEqual([1, 2, 3, 4, 5]) && seeds.Select(trial => trial.Configuration).Distinct().Count() == 1));
        Assert.AreEqual("lr8E-5-batch32-epochs" + (configurations == 4 ? "5" : "10") + "-seed5", trials[^1].ToString());
    }

    [TestMethod]
    public void Trials_OwnLists_ReplaceThePapers()
    {
        GlueOptions options = GlueOptions.Parse("""{ "learningRates": [1e-3, 3e-4], "batchSizes": [8], "epochs": [1], "seeds": [7] }""", "test");
        Assert.AreSequenceEqual(
            [new GlueTrial { LearningRate = 1e-3, BatchSize = 8, Epochs = 1, Seed = 7 }, new GlueTrial { LearningRate = 3e-4, BatchSize = 8, Epochs = 1, Seed = 7 }], options.Trials(GlueTask.Find("MNLI")));
    }

    [TestMethod]
    [DataRow("""{ "tasks": ["WNLI", "wnli"] }""", "Tasks names something twice")]
    [DataRow("""{ "tasks": [] }""", "Tasks is empty")]
    [DataRow("""{ "tasks": ["SQuAD"] }""", "no GLUE task 'SQuAD'")]
    [DataRow("""{ "tasks": [null] }""", "no GLUE task")]
    [DataRow("""{ "seeds": [] }""", "Seeds is empty")]
    [DataRow("""{ "seeds": [-1] }""", "Seeds")]
    [DataRow("""{ "learningRates": [0] }""", "LearningRate")]
    [DataRow("""{ "epochs": [3, 3] }""", "Epochs names something twice")]
    [DataRow("""{ "parallel": 0 }""", "Parallel")]
    [DataRow("""{ "threads": -1 }""", "Threads")]
    [DataRow("""{ "finetuning": { "epochs": 7 } }""", "Finetuning sets what the grid decides")]
    [DataRow("""{ "fromMnli": true, "tasks": ["RTE", "MNLI"] }""", "FromMnli needs MNLI")]
    [DataRow("""{ "fromMnli": true, "untrained": true }""", "FromMnli needs MNLI")]
    public void Validate_BadOption_IsNamed(string json, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<ArgumentException>(GlueOptions.Parse(json, "test").Validate).Message);

    [TestMethod]
    public void Validate_Defaults_AreValid()
    {
        new GlueOptions().Validate();
        Assert.AreEqual(0.1, new GlueOptions().Of(new GlueTrial()).WeightDecay);
        Assert.AreEqual(new FinetuningOptions { Seed = 1 }, new GlueOptions().Of(new GlueTrial()));
    }

    [TestMethod]
    public void Validate_ListsThatMultiplyToMoreThanAnybodyTrains_AreRefusedBeforeTheirTrialsAreMade()
    {
        int[] many = [.. Enumerable.Range(1, 1000)];
        var options = new GlueOptions { LearningRates = [.. many.Select(i => i * 1e-6)], BatchSizes = many, Epochs = many };
        Assert.Contains("LearningRates with the other lists makes a grid of 5000000000 trials", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }
}
