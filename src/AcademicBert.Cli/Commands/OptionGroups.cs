using System.CommandLine;
using System.ComponentModel;
using System.Reflection;

namespace AcademicBert.Cli.Commands;

/// <summary>
/// The options of a command under titles: first those of the command itself and those of its record that stand in no section, then each section. A
/// property says by <see cref="CategoryAttribute"/> that it belongs elsewhere, and a section how it is called.
/// </summary>
internal static class OptionGroups
{
    /// <summary>Title of the first group.</summary>
    public const string First = "Options";

    /// <summary>The first group, empty where the command has no option of it, and the others in the order of their last options, so that one moved into a section does not move the section; each option that is shown is in one.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<Option> Options)> Of(Command command)
    {
        Option[] shown = [.. command.Options.Where(option => !option.Hidden)];
        ILookup<string, Option> groups = shown.ToLookup(option => (option as IPropertyOption)?.Group ?? First);
        return [.. groups.Select(group => group.Key).Where(title => title != First).OrderBy(title => Array.IndexOf(shown, groups[title].Last())).Prepend(First).Select(title => (title, (IReadOnlyList<Option>)[.. groups[title]]))];
    }

    /// <summary>The options that a command takes besides its own: those that the commands above it hand down.</summary>
    public static IEnumerable<Option> Inherited(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive && !option.Hidden).Concat(Inherited(parent)));

    /// <summary>The title of the group that an option of a record is in.</summary>
    /// <param name="record">The record.</param>
    /// <param name="path">The option's path in the record's file.</param>
    /// <param name="name">The end of it that names the flag: in a section if it has a dot.</param>
    public static string Of(Type record, string path, string name)
    {
        if (Category(OptionDocumentation.Property(record, path)) is { } category)
            return category;
        if (!name.Contains('.', StringComparison.Ordinal))
            return First;
        PropertyInfo section = OptionDocumentation.Property(record, path[..^name.Length] + name.Split('.')[0]);
        return Category(section) ?? section.Name;
    }

    private static string? Category(PropertyInfo property) => property.GetCustomAttribute<CategoryAttribute>()?.Category;
}
