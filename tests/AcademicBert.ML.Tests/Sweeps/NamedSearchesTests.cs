using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Training;

namespace AcademicBert.Tests.Sweeps;

[TestClass]
public sealed class NamedSearchesTests
{
    public static IEnumerable<object[]> Names => NamedSearches.Names.Select(name => new object[] { name });

    [TestMethod]
    public void Names_AreTheFilesOfTheSamples() => CollectionAssert.AreEquivalent(
        Directory.GetFiles(Path.Combine(TestData.RepositoryRoot, "samples", "searches")).Select(Path.GetFileName).ToArray(), NamedSearches.Names.Select(name => name + ".json").ToArray());

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Read_EachSearch_IsValidAndHasTable4sShape(string name)
    {
        SearchOptions options = NamedSearches.Read(name);
        options.Validate();
        Assert.HasCount(108, options.Configurations());
        Assert.AreSequenceEqual(new SearchOptions().Space.Select(dimension => (dimension.Option, dimension.Values.Count)), options.Space.Select(dimension => (dimension.Option, dimension.Values.Count)));
        Assert.AreSequenceEqual([0.125, 0.5], options.Rungs.Select(rung => rung.At));
    }

    [TestMethod]
    public void Read_Paper_IsTheDefaultSpaceWithTheModelOfTheBestRecipe()
    {
        SearchOptions paper = NamedSearches.Read("paper");
        Assert.AreSequenceEqual(new SearchOptions().Configurations().Select(configuration => configuration.Name), paper.Configurations().Select(configuration => configuration.Name));
        Assert.AreSequenceEqual(new SearchOptions().Rungs, paper.Rungs);
        PretrainingOptions best = NamedRecipes.Read("paper-best").Pretraining;
        PretrainingOptions searched = paper.Of(paper.Configurations().Single(configuration => configuration.Name == "batchSize4096-peak0.002-warmupProportion0.06-scheduleLength1"));
        Assert.AreEqual(OptionsJson.Write(best with { LossLimit = null }), OptionsJson.Write(searched with { Distributed = best.Distributed, KeepCheckpoints = best.KeepCheckpoints }));
    }

    [TestMethod]
    public void Read_Nano_MakesAtLeast200UpdatesWithEveryBatch()
    {
        SearchOptions nano = NamedSearches.Read("nano");
        Assert.AreEqual(BudgetUnit.Samples, nano.Recipe.Pretraining.Budget.Unit);
        foreach (SearchConfiguration configuration in nano.Configurations())
            Assert.IsGreaterThanOrEqualTo(200, nano.Recipe.Pretraining.Budget.Amount / nano.Of(configuration).BatchSize, configuration.Name);
    }

    [TestMethod]
    public void Find_Unknown_ListsTheKnownOnes() =>
        Assert.Contains("'macro' is neither a search file nor one of the searches nano, paper", Assert.ThrowsExactly<FileNotFoundException>(() => NamedSearches.Find("macro")).Message);

    [TestMethod]
    public void Find_ARecipe_IsNamedAsOne() =>
        Assert.EndsWith("'nano-glue' is one of the recipes of single runs, for pretraining; a search has a space besides.", Assert.ThrowsExactly<FileNotFoundException>(() => NamedSearches.Find("nano-glue")).Message);
}
