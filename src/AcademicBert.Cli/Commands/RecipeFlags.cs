using AcademicBert.Pretraining;

namespace AcademicBert.Cli.Commands;

/// <summary>Flags for a recipe.</summary>
internal static class RecipeFlags
{
    /// <summary>Flags for the sections of a recipe that a command uses.</summary>
    /// <param name="mainSection">The section whose options have flags without its name.</param>
    /// <param name="without">Sections the command does not use, besides <c>pretraining</c> where that is not the main one.</param>
    public static OptionFlags<PretrainingRecipe> Of(string mainSection, params IEnumerable<string> without) => new(
        "--recipe", new PretrainingRecipe(), NamedRecipes.Find, PretrainingRecipe.Parse, recipe => recipe.ToJson(), mainSection,
        // Which segments are trained is decided by the corpus.
        ["description", "sources", "pretraining.model.trainedTokenTypes", .. mainSection == "pretraining" ? [] : (string[])["pretraining"], .. without], $", or one of {string.Join(", ", NamedRecipes.Names)}");
}
