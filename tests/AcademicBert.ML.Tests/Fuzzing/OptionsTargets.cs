using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Glue;
using AcademicBert.Pretraining;
using AcademicBert.Sweeps;
using AcademicBert.Tables;
using AcademicBert.Tests.Pretraining;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Options that a user writes, and the description of a corpus.</summary>
internal static class OptionsTargets
{
    private const string Source = "the input";

    private static readonly Type[] s_refusals = [typeof(InvalidDataException), typeof(ArgumentException)];

    public static IEnumerable<FuzzTarget> All => [CorpusDescription(), Recipe(), Finetuning(), Glue(), Search()];

    private static FuzzTarget CorpusDescription() => FuzzTarget.OfJson(
        CorpusManifest.FileName, [Written("corpus/" + CorpusManifest.FileName, BuildCorpus)],
        (folder, input) =>
        {
            string corpus = Once(folder, "corpus", _ => BuildCorpus(folder));
            Put(corpus, CorpusManifest.FileName, input);
            PreparedCorpus.Open(corpus).Dispose();
        });

    private static FuzzTarget Recipe() => OfOptions(
        "recipe",
        [
            new PretrainingRecipe().ToJson(), .. NamedRecipes.Names.Take(2).Select(name => new PretrainingRecipe { Pretraining = NamedRecipes.Read(name).Pretraining }.ToJson()),
            """{ "sources": { "pretraining.batchSize": "paper" }, "pretraining": { "batchSize": 64, /* a comment */ } }""",
            """{ "sources": { "pretraining.model.maxPositions": "paper", "corpus.sequenceLength": "paper" }, "pretraining": { "model": { "maxPositions": 128 } }, "corpus": { "sequenceLength": 128 } }""",
        ],
        text =>
        {
            PretrainingRecipe recipe = PretrainingRecipe.Parse(text, Source);
            recipe.Validate();
            recipe.Settings();
        }) with { Values = ["127", "513", "\" \"", "\"90s\"", "\"1.5d\"", "\"2h\"", "\"3min\"", "\"500 steps\"", "\"1e6 samples\"", "\"paper\""], Names = ["\"pretraining.batchSize\"", "\"corpus\"", "\"sources\""] };

    private static FuzzTarget Finetuning() => OfOptions(
        "finetuning recipe", [new FinetuningRecipe { SecondText = "other", ClassWeights = new Dictionary<string, double> { ["a"] = 2 } }.ToJson()], text => FinetuningRecipe.Parse(text, Source).Validate());

    // A grid is as large as the product of its lists.
    private static FuzzTarget Glue() => OfOptions(
        "GLUE options", [new GlueOptions().ToJson(), new GlueOptions { FromMnli = true }.ToJson()], text => GlueOptions.Parse(text, Source).Validate()) with { Room = 256 << 20 };

    private static FuzzTarget Search() => OfOptions(
        "search options",
        [
            new SearchOptions { Space = [SearchDimension.Of("batchSize", 16, 32)] }.ToJson(),
            new SearchOptions { Space = [SearchDimension.Of("batchSize", 16, 32), SearchDimension.Of(SearchDimension.ScheduleLength, 1, 2.5)], Sample = new SearchSample { Count = 3 } }.ToJson(),
        ],
        text => SearchOptions.Parse(text, Source).Validate()) with { Room = 256 << 20, Values = ["\"scheduleLength\"", "\"schedule.peak\"", "\"nothing.peak\""] };

    private static FuzzTarget OfOptions(string name, IReadOnlyList<string> valid, Action<string> read) =>
        FuzzTarget.OfJson(name, [.. valid.Select(Utf8)], (_, input) => read(Encoding.UTF8.GetString(input))) with { Refusals = s_refusals };

    private static void BuildCorpus(string folder) => CorpusBuilder.Build(
        new TinyText(6), ModelFolderTargets.Tokenizer(), Path.Combine(folder, "corpus"), new CorpusOptions { SequenceLength = 16, HeldOutFraction = 0.3 }).Dispose();
}
