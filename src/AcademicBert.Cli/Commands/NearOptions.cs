using System.CommandLine;
using System.CommandLine.Parsing;
using AcademicBert.Files;

namespace AcademicBert.Cli.Commands;

/// <summary>Finds the options that a command line names and no command has, and the option or command that is meant.</summary>
internal static class NearOptions
{
    /// <summary>What other programs call an option, and what it is called here: the first that a command has.</summary>
    internal static IReadOnlyList<(string[] Elsewhere, string[] Here)> Translations { get; } =
    [
        (["--learningRate", "--lr"], ["--learningRate", "--schedule.peak"]),
        (["--epochs", "--numTrainEpochs", "--steps", "--maxSteps", "--trainSteps", "--time"], ["--epochs", "--budget"]),
        (["--maxLength", "--maxSeqLength", "--seqLength", "--blockSize"], ["--maxLength", "--corpus.sequenceLength", "--sequenceLength"]),
        (["--vocabSize"], ["--vocabulary.size", "--size"]),
        (["--batch", "--perDeviceTrainBatchSize", "--trainBatchSize"], ["--batchSize"]),
        (["--outputDir", "--output", "--out"], ["--output", "--run", "--out"]),
        (["--textColumn", "--column", "--sentence", "--textColumnName"], ["--text", "--text.column"]),
        (["--labelColumn", "--labelColumnName", "--target"], ["--label"]),
        (["--warmup", "--warmupRatio"], ["--warmupProportion", "--schedule.warmupProportion"]),
        (["--trainFile", "--file", "--train"], ["--data"]),
        (["--mlmProbability", "--maskProbability"], ["--masking.maskRate"]),
        (["--numHiddenLayers"], ["--model.layers"]),
        (["--numAttentionHeads"], ["--model.heads"]),
        (["--modelNameOrPath", "--checkpoint"], ["--from"]),
        (["--gradientAccumulationSteps"], ["--microBatchSize"]),
        (["--sep", "--delimiter"], ["--separator", "--text.separator"]),
        (["--fp16", "--bf16", "--dtype", "--torchDtype"], ["--precision", "--finetuning.precision"]),
    ];

    // What other programs call a command.
    private static readonly Dictionary<string, string> s_commands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = "pretrain or finetune",
        ["fit"] = "pretrain or finetune",
        ["test"] = "evaluate",
        ["score"] = "predict or evaluate",
        ["classify"] = "predict",
        ["tune"] = "finetune or search",
        ["sweep"] = "search",
        ["tokenize"] = "prepare",
        ["tokenizer"] = "vocab",
        ["convert"] = "export",
        ["info"] = "doctor",
    };

    /// <summary>What has the form of an option and is none: left over, or taken for an argument or for the value of another option.</summary>
    public static IEnumerable<string> Unknown(ParseResult parsed) =>
        parsed.UnmatchedTokens
            .Concat(parsed.CommandResult.Children.OfType<OptionResult>().SelectMany(option => option.Tokens).Concat(parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)).Select(token => token.Value))
            .Where(IsName).Distinct();

    /// <summary>That there is no such option, and the one that may be meant.</summary>
    public static string Refusal(Command command, string name) =>
        $"There is no option {name}{(Nearest(command, name) is { } near ? $"; did you mean {near}?" : ".")}";

    /// <summary>That there is no such command, and the one that may be meant.</summary>
    public static string RefusalOfCommand(Command parent, string name) =>
        $"There is no command '{name}'{((s_commands.GetValueOrDefault(name) ?? NearName.Of(name, parent.Subcommands.Where(command => !command.Hidden).Select(command => command.Name))) is { } near ? $"; did you mean {near}?" : ".")}";

    /// <summary>Whether a text has the form of an option; a number below 0 or a sentence has not.</summary>
    public static bool IsName(string text) => text is ['-', '-' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..] && !text.Contains(' ', StringComparison.Ordinal);

    /// <summary>The option whose name differs in upper case, dashes, a section left out or a slip or two, or that other programs call so; null: none does.</summary>
    public static string? Nearest(Command command, string name)
    {
        string wanted = name.Split('=', ':')[0];
        string[] names = [.. command.Options.Where(option => !option.Hidden).Concat(OptionGroups.Inherited(command)).Select(option => option.Name)];
        return names.FirstOrDefault(candidate => NearName.Same(candidate, wanted))
            ?? names.FirstOrDefault(candidate => NearName.Same(candidate[(candidate.LastIndexOf('.') + 1)..], wanted))
            ?? Translations.Where(translation => translation.Elsewhere.Any(elsewhere => NearName.Same(elsewhere, wanted))).SelectMany(translation => translation.Here).FirstOrDefault(names.Contains)
            ?? names.FirstOrDefault(candidate => NearName.Same(candidate, "--" + wanted[(wanted.LastIndexOf('.') + 1)..]))
            // Of an option that is written as JSON.
            ?? names.FirstOrDefault(candidate => wanted.StartsWith(candidate + ".", StringComparison.OrdinalIgnoreCase))
            ?? NearName.Of(wanted, names);
    }
}
