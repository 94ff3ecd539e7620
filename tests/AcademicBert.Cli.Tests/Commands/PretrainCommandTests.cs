using System.Text.Json.Nodes;
using AcademicBert.Cli;
using AcademicBert.Cli.Commands;
using AcademicBert.Training;
using Spectre.Console;

namespace AcademicBert.Tests.Commands;

[TestClass]
public sealed class PretrainCommandTests
{
    private static readonly string[] s_small =
    [
        "--model.hiddenSize", "16", "--model.layers", "1", "--model.heads", "2", "--model.intermediateSize", "32", "--model.maxPositions", "32",
        "--corpus.sequenceLength", "32", "--corpus.heldOutFraction", "0.2", "--vocabulary.size", "200", "--batchSize", "4", "--microBatchSize", "4", "--budget", "2 steps",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private readonly StringWriter _output = new(), _errors = new();

    [TestInitialize]
    public void WriteText()
    {
        string[] subjects = ["baker", "pilot", "farmer", "sailor"], actions = ["bakes bread", "flies planes", "grows wheat", "steers ships"];
        for (int file = 0; file < 20; file++)
            File.WriteAllLines(Path.Combine(Directory.CreateDirectory(Text).FullName, $"{file:D2}.txt"), Enumerable.Range(0, 12).Select(i => $"On day {file * i % 7} the {subjects[(file + i) % 4]} {actions[(file + i) % 4]}."));
    }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    private string Text => Path.Combine(_folder, "text");

    private string Run => Path.Combine(_folder, "run");

    [TestMethod]
    public async Task Pretrain_TextFolder_MakesARunFolderWithAModel()
    {
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Text, "--run", Run, "--budget", "6 steps"), _errors.ToString());
        Assert.Contains("The run ended because its budget is used. It trained 6 steps", _output.ToString());
        foreach (string file in (string[])["corpus/corpus.json", "options.json", "metrics.jsonl", "model/config.json", "model/model.safetensors", "model/vocab.txt"])
            Assert.IsTrue(File.Exists(Path.Combine(Run, file)), file);
        using PretrainedBert model = PretrainedBert.Load(Path.Combine(Run, "model"));
        Assert.AreEqual(16, model.Config.HiddenSize);
        Assert.Contains("step 6", _output.ToString());
        Assert.Contains("held-out loss", _output.ToString());
    }

    [TestMethod]
    public async Task Pretrain_RecipeOfARun_IsTheSameRunOnceMore()
    {
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Text, "--run", Run, "--budget", "6 steps", "--seed", "3"), _errors.ToString());
        string again = Path.Combine(_folder, "again"), recipe = Path.Combine(Run, "recipe.json");
        Assert.AreEqual(ExitCode.Success, await Application.RunAsync(["pretrain", Text, "--run", again, "--recipe", recipe], Ansi(), _errors), _errors.ToString());
        foreach (string file in (string[])["recipe.json", "options.json", "model/model.safetensors"])
            Assert.AreSequenceEqual(await File.ReadAllBytesAsync(Path.Combine(Run, file)), await File.ReadAllBytesAsync(Path.Combine(again, file)), file);
        string report = await File.ReadAllTextAsync(Path.Combine(Run, "report.md"));
        Assert.Contains($"academicbert pretrain {Run}/corpus --recipe {recipe} --run {Run}-again", report);
    }

    [TestMethod]
    public async Task Pretrain_BudgetShorterThanAStep_LeavesTheCorpusAlone()
    {
        Assert.AreEqual(ExitCode.Failure, await Execute("pretrain", Text, "--run", Run, "--budget", "0.001s"));
        Assert.Contains("--budget", _errors.ToString());
        Assert.AreSequenceEqual(["corpus"], Directory.EnumerateFileSystemEntries(Run).Select(Path.GetFileName));
    }

    [TestMethod]
    public async Task Pretrain_SameCommandAgain_FindsTheRunComplete()
    {
        await Execute("pretrain", Text, "-o", Run, "--budget", "4 steps");
        string journal = await File.ReadAllTextAsync(Path.Combine(Run, "metrics.jsonl"));
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Text, "-o", Run, "--budget", "4 steps"), _errors.ToString());
        Assert.AreEqual(journal, await File.ReadAllTextAsync(Path.Combine(Run, "metrics.jsonl")));
    }

    [TestMethod]
    public async Task Pretrain_OverwriteOfTheCorpusOfARun_IsRefusedAndTheRunGoesOn()
    {
        await Execute("pretrain", Text, "--run", Run, "--budget", "4 steps");
        byte[] corpus = await File.ReadAllBytesAsync(Path.Combine(Run, "corpus", "corpus.json"));
        Assert.AreEqual(ExitCode.Usage, await Execute("pretrain", Text, "--run", Run, "--budget", "4 steps", "--corpus.sequenceLength", "16", "--corpus.overwrite"));
        Assert.Contains("--corpus.overwrite would replace the corpus of the run", _errors.ToString());
        Assert.AreSequenceEqual(corpus, await File.ReadAllBytesAsync(Path.Combine(Run, "corpus", "corpus.json")));
    }

    [TestMethod]
    public async Task Pretrain_PreparedCorpus_IsUsedInPlace()
    {
        await Execute("pretrain", Text, "--run", Run, "--budget", "2 steps");
        string second = Path.Combine(_folder, "second");
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Path.Combine(Run, "corpus"), "--run", second, "--budget", "2 steps"), _errors.ToString());
        Assert.IsFalse(Directory.Exists(Path.Combine(second, "corpus")));
        Assert.AreEqual(await File.ReadAllTextAsync(Path.Combine(Run, "corpus", "vocab.txt")), await File.ReadAllTextAsync(Path.Combine(second, "model", "vocab.txt")));
    }

    [TestMethod]
    public async Task Pretrain_DryRun_PrintsThePlanAndTrainsNothing()
    {
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Text, "--run", Run, "--budget", "2h", "--dryRun", "--pricePerHour", "1.5"), _errors.ToString());
        string plan = _output.ToString();
        foreach (string part in (string[])["parameters", "micro-batches", "samples/s", "GB-hours", "2.00 device-hours", "3.00 at 1.5 an hour"])
            Assert.Contains(part, plan);
        Assert.IsFalse(File.Exists(Path.Combine(Run, "options.json")));
        Assert.IsFalse(Directory.Exists(Path.Combine(Run, "model")));
    }

    [TestMethod]
    public async Task Pretrain_OwnVocabulary_IsUsed()
    {
        await Execute("pretrain", Text, "--run", Run, "--budget", "2 steps", "--vocabulary.size", "60");
        string second = Path.Combine(_folder, "second");
        await Execute("pretrain", Text, "--run", second, "--budget", "2 steps", "--vocab", Path.Combine(Run, "model", "vocab.txt"));
        Assert.AreEqual(60, (await File.ReadAllLinesAsync(Path.Combine(second, "model", "vocab.txt"))).Length);
    }

    [TestMethod]
    public async Task Pretrain_RecipeAndFlag_FlagWins()
    {
        string recipe = Path.Combine(_folder, "recipe.json");
        await File.WriteAllTextAsync(recipe, """
            {
              // comments are allowed
              "pretraining": { "seed": 5, "budget": "3 steps", "schedule": { "peak": 0.002, "curve": "Cosine" } },
            }
            """);
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Text, "--run", Run, "--recipe", recipe, "--seed", "6", "--earlyExit", "2 steps"), _errors.ToString());
        JsonNode options = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Run, "options.json")))!["options"]!;
        Assert.AreEqual(6, (int)options["seed"]!);
        Assert.AreEqual("3 steps", (string?)options["budget"]);
        Assert.AreEqual("2 steps", (string?)options["earlyExit"]);
        Assert.AreEqual("Cosine", (string?)options["schedule"]!["curve"]);
        Assert.AreEqual(2, (await File.ReadAllLinesAsync(Path.Combine(Run, "metrics.jsonl"))).Count(line => line.Contains("\"event\":\"step\"", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Pretrain_NamedRecipe_PrintsEachNumberWithItsSourceAndFlagsAsSuch()
    {
        Assert.AreEqual(ExitCode.Success, await Execute("pretrain", Text, "--run", Run, "--recipe", "paper-best", "--lossLimit", "null", "--seed", "6", "--earlyExit", "2 steps"), _errors.ToString());
        string[] lines = [.. _output.ToString().Split('\n').Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
        Assert.IsGreaterThanOrEqualTo(0, Array.FindIndex(lines, line => line.StartsWith("recipe paper-best: The paper's best configuration", StringComparison.Ordinal)));
        foreach (string line in (string[])
        [
            "budget 24h the paper, Table 2", "schedule.peak 0.002 the paper, Table 2", "batchSize 4 flag --batchSize instead of the recipe's 4096",
            "lossLimit null flag --lossLimit instead of the recipe's 3h, 6", "seed 6 flag --seed",
        ])
            CollectionAssert.Contains(lines, line);
        foreach (string option in (string[])["batchSize 4096", "lossLimit.after"])
            Assert.IsFalse(lines.Any(line => line.StartsWith(option, StringComparison.Ordinal)), option);
        JsonNode options = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Run, "options.json")))!["options"]!;
        Assert.AreEqual((0.002, 4, "24h"), ((double)options["schedule"]!["peak"]!, (int)options["batchSize"]!, (string?)options["budget"]));
    }

    [TestMethod]
    public async Task Pretrain_UnknownRecipe_ListsTheKnownOnesAndWritesNothing()
    {
        Assert.AreEqual(ExitCode.Usage, await Execute("pretrain", Text, "--run", Run, "--recipe", "paper-worst"));
        Assert.Contains("'paper-worst' is neither a recipe file nor one of the recipes gated-units, gpu-12gb, ", _errors.ToString());
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    [DataRow(ExitCode.Usage, "--batchSize", "0", "--batchSize is 0")]
    [DataRow(ExitCode.Usage, "--batchSize", "many", "--batchSize many")]
    [DataRow(ExitCode.Usage, "--budget", "soon", "soon")]
    [DataRow(ExitCode.Usage, "--masking.unit", "Sentence", "--masking.unit")]
    [DataRow(ExitCode.Usage, "--corpus.sequenceLength", "64", "--corpus.sequenceLength is 64, but the model has 32 positions (--model.maxPositions)")]
    [DataRow(ExitCode.Usage, "--batchSise", "8", "--batchSise")]
    public async Task Pretrain_BadFlag_IsNamedAndNothingIsWritten(int code, string flag, string value, string named)
    {
        Assert.AreEqual(code, await Execute("pretrain", Text, "--run", Run, flag, value));
        Assert.Contains(named, _errors.ToString());
        Assert.IsFalse(Directory.Exists(Run));
    }

    [TestMethod]
    public async Task Pretrain_RecipeWithUnknownKey_NamesFileAndLine()
    {
        string recipe = Path.Combine(_folder, "recipe.json");
        await File.WriteAllTextAsync(recipe, "{\n  \"pretraining\": {\n    \"bugdet\": \"2m\"\n  }\n}");
        Assert.AreEqual(ExitCode.Failure, await Execute("pretrain", Text, "--run", Run, "--recipe", recipe));
        Assert.Contains("recipe.json', line 3", _errors.ToString());
        Assert.Contains("bugdet", _errors.ToString());
    }

    [TestMethod]
    public async Task Pretrain_BadInput_IsNamedAndLeavesNoModel()
    {
        Assert.AreEqual(ExitCode.Failure, await Execute("pretrain", Path.Combine(_folder, "absent"), "--run", Run));
        Assert.Contains("absent", _errors.ToString());
        await File.WriteAllBytesAsync(Path.Combine(Text, "05.txt"), [0x61, 0xff, 0x62]);
        Assert.AreEqual(ExitCode.Failure, await Execute("pretrain", Text, "--run", Run, "--budget", "2 steps"));
        Assert.Contains("05.txt", _errors.ToString());
        Assert.IsFalse(Directory.Exists(Path.Combine(Run, "corpus")));
        Assert.IsFalse(Directory.Exists(Path.Combine(Run, "model")));
    }

    [TestMethod]
    public async Task Pretrain_CorpusOfOtherOptionsInTheRunFolder_IsRefused()
    {
        await Execute("pretrain", Text, "--run", Run, "--budget", "2 steps");
        Assert.AreEqual(ExitCode.Failure, await Execute("pretrain", Text, "--run", Run, "--budget", "2 steps", "--corpus.heldOutFraction", "0.1"));
        Assert.Contains("holds a corpus that was prepared with another value of --corpus.heldOutFraction: 0.2 -> 0.1.", _errors.ToString());
        string other = Path.Combine(Text, "01.txt");
        Assert.AreEqual(ExitCode.Failure, await Execute("pretrain", other, "--run", Run, "--budget", "2 steps"));
        Assert.Contains($"holds a corpus that was prepared from other text: {Text} (20 files, 7920 bytes, Automatic) -> {other} (1 file, ", _errors.ToString());
    }

    [TestMethod]
    public async Task Pretrain_InputsThatCannotBeUsed_AreToldBeforeTheRecipeIsPrinted()
    {
        string[] recipe = ["--recipe", "nano-quickstart", "--budget", "2 steps"];
        Assert.AreEqual(ExitCode.Failure, await Execute(["pretrain", Path.Combine(_folder, "absent"), "--run", Run, .. recipe]));
        Assert.AreEqual("", _output.ToString());
        Assert.AreEqual(ExitCode.Success, await Execute(["pretrain", Text, "--run", Run, .. recipe]), _errors.ToString());
        Assert.Contains("recipe nano-quickstart", _output.ToString());
        _output.GetStringBuilder().Clear();
        recipe[^1] = "3 steps";
        Assert.AreEqual(ExitCode.Failure, await Execute(["pretrain", Text, "--run", Run, .. recipe, "--schedule.peak", "0.5"]));
        Assert.Contains("so it cannot be resumed: --budget 2 steps -> 3 steps, --schedule.peak 0.002 -> 0.5. Give", _errors.ToString());
        Assert.DoesNotContain("recipe nano-quickstart", _output.ToString());
    }

    [TestMethod]
    public async Task Help_ListsEveryOptionOfTheRecipe()
    {
        TextWriter before = Console.Out;
        var help = new StringWriter();
        Console.SetOut(help);
        try
        {
            Assert.AreEqual(ExitCode.Success, await Application.RunAsync(["pretrain", "--help"], Ansi(), _errors));
        }
        finally
        {
            Console.SetOut(before);
        }

        foreach (string flag in (string[])["--recipe", "--budget", "--model.layers", "--optimizer.beta2", "--masking.maskRate", "--corpus.packing", "--text.layout"])
            Assert.Contains(flag, help.ToString());
    }

    private Task<int> Execute(params string[] arguments)
    {
        IEnumerable<string[]> defaults = s_small.Chunk(2).Where(pair => !arguments.Contains(pair[0]) && !(pair[0] == "--budget" && arguments.Contains("--recipe")));
        return Application.RunAsync([.. arguments, .. defaults.SelectMany(pair => pair)], Ansi(), _errors);
    }

    private IAnsiConsole Ansi() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output) });
}
