using System.CommandLine;
using AcademicBert.Tables;

namespace AcademicBert.Cli.Commands;

/// <summary>Flags for texts in tables and lines that a model reads.</summary>
internal static class TableFlags
{
    /// <summary>Flags of <see cref="PredictionOptions"/>.</summary>
    /// <param name="without">Options the command does not use.</param>
    public static OptionFlags<PredictionOptions> Of(params IReadOnlyCollection<string> without)
    {
        var flags = new OptionFlags<PredictionOptions>("--options", new PredictionOptions(), PredictionOptions.Load, PredictionOptions.Parse, options => options.ToJson(), without: without);
        // The defaults of the record are those of a model that was fine-tuned on no table.
        foreach (Option flag in flags.Options.Where(flag => flag.Name is "--text" or "--secondText"))
            flag.Description = (flag.Name == "--text" ? "Column of the text, or of the first of a pair." : "Column of the second text of a pair.") + " Default: the one the model was fine-tuned on.";
        return flags;
    }

    /// <summary>The options; the columns that nothing is said of are those the model was fine-tuned on.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="hasColumns">Whether what is read has columns.</param>
    public static PredictionOptions Read(this OptionFlags<PredictionOptions> flags, ParseResult arguments, string model, Func<PredictionOptions, bool> hasColumns)
    {
        PredictionOptions options = flags.Read(arguments, options => options.Validate());
        if (!hasColumns(options))
            return options;
        PredictionOptions trained = PredictionOptions.For(model);
        return options with
        {
            Text = flags.Says(arguments, "text") ? options.Text : trained.Text,
            SecondText = flags.Says(arguments, "secondText") ? options.SecondText : trained.SecondText,
        };
    }
}
