using System.CommandLine;

namespace AcademicBert.Cli.Commands;

/// <summary>An option that stands for a property of an options record.</summary>
internal interface IPropertyOption
{
    /// <summary>What the library calls the property in messages, such as <c>FinetuningOptions.Epochs</c>.</summary>
    IReadOnlyList<string> Properties { get; }

    /// <summary>Title of the group that help shows it in.</summary>
    string Group { get; }
}

/// <inheritdoc cref="IPropertyOption"/>
/// <param name="name">The flag.</param>
/// <param name="properties">What the library calls the property.</param>
/// <param name="group">Title of its group.</param>
internal sealed class PropertyOption<T>(string name, IReadOnlyList<string> properties, string group) : Option<T>(name), IPropertyOption
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Properties { get; } = properties;

    /// <inheritdoc/>
    public string Group { get; } = group;
}
