using AcademicBert.Pretraining;

namespace AcademicBert.Cli.Display;

/// <summary>A recipe in lines: what it sets and where each number comes from, and what flags set instead.</summary>
internal static class RecipeText
{
    /// <param name="name">The recipe's name or file.</param>
    /// <param name="recipe">The recipe without flags.</param>
    /// <param name="flags">The flags that are given, without dashes, and their texts.</param>
    /// <param name="flagOf">The flag of an option's path.</param>
    public static IEnumerable<string> Of(string name, PretrainingRecipe recipe, IReadOnlyCollection<(string Name, string Text)> flags, Func<string, string> flagOf)
    {
        if (recipe.Sources is null)
            yield break;
        yield return $"recipe {name}: {recipe.Description}";
        ILookup<string, RecipeSetting> settings = recipe.Settings().ToLookup(setting => FlagOver(setting) ?? "");
        foreach (RecipeSetting setting in settings[""])
            yield return Line(flagOf(setting.Option), setting.Value, setting.Source);
        foreach ((string flag, string text) in flags)
        {
            string replaced = string.Join(", ", settings[flag].Select(setting => setting.Value));
            yield return Line(flag, text, $"flag --{flag}{(replaced.Length > 0 ? $" instead of the recipe's {replaced}" : "")}");
        }

        // A flag may stand for a whole section: --lossLimit for lossLimit.after.
        string? FlagOver(RecipeSetting setting)
        {
            string option = flagOf(setting.Option);
            return flags.Select(flag => flag.Name).FirstOrDefault(flag => option == flag || option.StartsWith(flag + ".", StringComparison.Ordinal));
        }
    }

    private static string Line(string name, string value, string source) => $"  {name,-30} {value,-14} {source}";
}
