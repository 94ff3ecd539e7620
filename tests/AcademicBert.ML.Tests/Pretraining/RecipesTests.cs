using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Pretraining;
using AcademicBert.Training;

namespace AcademicBert.Tests.Pretraining;

[TestClass]
public sealed class RecipesTests
{
    public static IEnumerable<object[]> Names => NamedRecipes.Names.Select(name => new object[] { name });

    [TestMethod]
    public void Names_AreTheFilesOfTheSamples() => CollectionAssert.AreEquivalent(
        Directory.GetFiles(Path.Combine(TestData.RepositoryRoot, "samples", "recipes")).Select(Path.GetFileName).ToArray(), NamedRecipes.Names.Select(name => name + ".json").ToArray());

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Read_EachRecipe_IsValidAndHasASourceForEveryNumber(string name)
    {
        PretrainingRecipe recipe = NamedRecipes.Read(name);
        recipe.Validate();
        (recipe with { Pretraining = recipe.Pretraining with { Model = recipe.Pretraining.Model with { VocabularySize = recipe.Vocabulary.Size } } }).Pretraining.Model.Validate();
        recipe.Pretraining.Schedule.Validate();
        Assert.IsNotNull(recipe.Sources);
        Assert.IsGreaterThan(10, recipe.Settings().Count);
        Assert.IsGreaterThan(0, recipe.Description.Length);
    }

    // Table 2 of the paper: batch, peak, warm-up, days; and the widths of the networks of Devlin et al. 2019.
    [TestMethod]
    [DataRow("paper-best", 4096, 2e-3, 0.06, 1.0, 24, 1024, 16, 4096)]
    [DataRow("paper-4096-1e-3-2", 4096, 1e-3, 0.02, 1.0, 24, 1024, 16, 4096)]
    [DataRow("paper-4096-1e-3-6", 4096, 1e-3, 0.06, 1.0, 24, 1024, 16, 4096)]
    [DataRow("paper-8192-1e-3-6", 8192, 1e-3, 0.06, 1.0, 24, 1024, 16, 4096)]
    [DataRow("paper-4096-2e-3-4", 4096, 2e-3, 0.04, 1.0, 24, 1024, 16, 4096)]
    [DataRow("paper-bert-base", 256, 1e-4, 0.111, 3.0, 12, 768, 12, 3072)]
    [DataRow("paper-bert-large", 256, 1e-4, 0.111, 8.3, 24, 1024, 16, 4096)]
    [DataRow("repository-readme", 4096, 1e-3, 0.06, 1.0, 24, 1024, 16, 4096)]
    public void Read_RowOfThePaper_HasItsNumbers(string name, int batch, double peak, double warmup, double days, int layers, int width, int heads, int intermediate)
    {
        PretrainingRecipe recipe = NamedRecipes.Read(name);
        PretrainingOptions options = recipe.Pretraining;
        Assert.AreEqual(batch, options.BatchSize);
        Assert.AreEqual(peak, options.Schedule.Peak);
        Assert.AreEqual(warmup, options.Schedule.WarmupProportion);
        Assert.AreEqual(LearningRateCurve.Linear, options.Schedule.Curve);
        Assert.AreEqual(TrainingBudget.Time(TimeSpan.FromDays(days)), options.Budget);
        Assert.AreEqual(TrainingBudget.Time(TimeSpan.FromDays(1)), options.EarlyExit ?? options.Budget);
        Assert.AreEqual((layers, width, heads, intermediate), (options.Model.Layers, options.Model.HiddenSize, options.Model.Heads, options.Model.IntermediateSize));
        Assert.AreEqual(new AdamWOptions { Beta1 = 0.9, Beta2 = 0.98, Epsilon = 1e-6, WeightDecay = 0.01, MaxGradientNorm = 0 }, options.Optimizer);
        Assert.AreEqual((0.15, 10, 128, 30522), (options.Masking.MaskRate, options.Copies, recipe.Corpus.SequenceLength, recipe.Vocabulary.Size));
        Assert.AreEqual(PackingMode.Sentences, recipe.Corpus.Packing);
    }

    [TestMethod]
    [DataRow("mask-rate-30", "pretraining.masking.maskRate 0.3")]
    [DataRow("no-dropout", "pretraining.model.attentionDropout 0; pretraining.model.hiddenDropout 0")]
    [DataRow("gated-units", "pretraining.model.gatedFeedForward true; pretraining.model.intermediateSize 2736")]
    [DataRow("one-cycle", "pretraining.schedule.warmupProportion 0.5")]
    [DataRow("gpu-12gb", "pretraining.budget 192h; pretraining.device cuda; pretraining.lossLimit.after 24h; pretraining.microBatchSize 0; pretraining.recompute true")]
    public void Read_Variant_DiffersFromThePapersBestInItsPurposeOnly(string name, string changes)
    {
        HashSet<string> best = [.. NamedRecipes.Read("paper-best").Settings().Select(Text)];
        Assert.AreEqual(changes, string.Join("; ", NamedRecipes.Read(name).Settings().Select(Text).Where(setting => !best.Contains(setting)).Order(StringComparer.Ordinal)));
        Assert.IsGreaterThanOrEqualTo(best.Count, NamedRecipes.Read(name).Settings().Count);

        static string Text(RecipeSetting setting) => $"{setting.Option} {setting.Value}";
    }

    [TestMethod]
    public void Read_NanoGlue_IsTheCommandOfItsResults()
    {
        string command = File.ReadLines(Doc("results", "nano-glue.md")).First(line => line.StartsWith("academicbert pretrain ", StringComparison.Ordinal)).Replace("\"", "", StringComparison.Ordinal);
        string[] flags = [.. command.Split(" --").Skip(1).Where(flag => !flag.StartsWith("run ", StringComparison.Ordinal)).Select(Normal).Order(StringComparer.Ordinal)];
        string[] settings = [.. NamedRecipes.Read("nano-glue").Settings().Select(setting => Normal($"{setting.Option.Replace("pretraining.", "", StringComparison.Ordinal)} {setting.Value}")).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(flags, settings);

        static string Normal(string flag) => flag.Split(' ') is [var name, var value] && double.TryParse(value, CultureInfo.InvariantCulture, out double number) ? FormattableString.Invariant($"{name} {number}") : flag;
    }

    [TestMethod]
    public void Documentation_TableHasTheNumbersOfTheFiles()
    {
        string[] expected = [.. NamedRecipes.Names.Select(name => (Name: name, Options: NamedRecipes.Read(name).Pretraining))
            .Select(recipe => FormattableString.Invariant($"| `{recipe.Name}` | {recipe.Options.Budget} | {recipe.Options.BatchSize} | {recipe.Options.Schedule.Peak} | {recipe.Options.Schedule.WarmupProportion} |"))];
        string[] rows = [.. File.ReadLines(Doc("recipes.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => string.Join('|', line.Split('|')[..6]) + "|")];
        CollectionAssert.AreEquivalent(expected, rows);
    }

    [TestMethod]
    public void Documentation_NamesTheRecipesThatTransformersCannotLoad()
    {
        string[] expected = [.. NamedRecipes.Names.Where(name => TransformersSupport.WhyNot(NamedRecipes.Read(name).Pretraining.Model) is not null)];
        string sentence = File.ReadLines(Doc("recipes.md")).Single(line => line.StartsWith("Models of `", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(expected, sentence.Split('`').Where((_, i) => i % 2 == 1).ToArray());
    }

    [TestMethod]
    [DataRow("""{ "pretraining": { "seed": 5, "schedule": { "peak": 0.1 } }, "sources": { "pretraining.seed": "here" } }""", "sets pretraining.schedule.peak")]
    [DataRow("""{ "pretraining": { "seed": 5 }, "sources": { "pretraining.seed": "here", "corpus.seed": "there" } }""", "source for corpus.seed")]
    [DataRow("""{ "pretraining": { "seed": 5 }, "sources": { "pretraining.seed": " " } }""", "empty source for pretraining.seed")]
    [DataRow("""{ "pretraining": { "lossLimit": {} }, "sources": {} }""", "sets pretraining.lossLimit")]
    public void Parse_SourcesThatAreNotThoseOfTheOptions_NamesTheOption(string json, string named)
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => PretrainingRecipe.Parse(json, "'mine.json'"));
        Assert.Contains(named, error.Message);
        Assert.Contains("'mine.json'", error.Message);
    }

    [TestMethod]
    public void Settings_OfARecipe_HaveValuesAndSourcesInTheOrderOfTheFile()
    {
        PretrainingRecipe recipe = PretrainingRecipe.Parse("""{ /* comment */ "corpus": { "Seed": 7, }, "pretraining": { "lossLimit": null, "budget": "90s" }, "sources": { "corpus.seed": "a", "pretraining.lossLimit": "b", "pretraining.budget": "c" } }""", "test");
        CollectionAssert.AreEqual(new RecipeSetting[] { new("corpus.seed", "7", "a"), new("pretraining.lossLimit", "none", "b"), new("pretraining.budget", "90s", "c") }, recipe.Settings().ToArray());
        Assert.IsNull(PretrainingRecipe.Parse(recipe.ToJson(), "test").Sources);
        Assert.AreEqual(7ul, PretrainingRecipe.Parse(recipe.ToJson(), "test").Corpus.Seed);
    }

    [TestMethod]
    public void Read_UnknownName_ListsTheKnownOnes() =>
        Assert.Contains("nano-glue, nano-quickstart", Assert.ThrowsExactly<ArgumentException>(() => NamedRecipes.Read("paper-worst")).Message);

    private static string Doc(params string[] parts) => Path.Combine([TestData.RepositoryRoot, "docs", .. parts]);
}
