using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AcademicBert.Cli.Commands;

/// <summary>What the library's documentation says of an option: the summary of its property, from the file that stands beside the assembly.</summary>
internal static class OptionDocumentation
{
    private static readonly Dictionary<Assembly, Dictionary<string, string>> s_summaries = [];

    /// <summary>The summary of a property in plain text; empty if there is none.</summary>
    public static string Of(PropertyInfo property) => Summaries(property.DeclaringType!.Assembly).GetValueOrDefault($"P:{property.DeclaringType.FullName}.{property.Name}", "");

    /// <summary>The property of a record, or of a record in it, that an option stands for.</summary>
    /// <param name="record">The record.</param>
    /// <param name="path">The option's path in a file: names in camelCase with dots.</param>
    public static PropertyInfo Property(Type record, string path)
    {
        PropertyInfo? property = null;
        foreach (string name in path.Split('.'))
        {
            property = record.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) ?? throw new ArgumentException($"{record} has no option {name}.", nameof(path));
            record = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        }

        return property!;
    }

    private static Dictionary<string, string> Summaries(Assembly assembly)
    {
        if (s_summaries.TryGetValue(assembly, out Dictionary<string, string>? known))
            return known;
        var summaries = new Dictionary<string, string>(StringComparer.Ordinal);
        string file = Path.ChangeExtension(assembly.Location, ".xml");
        if (File.Exists(file))
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { IgnoreWhitespace = false });
            while (reader.ReadToFollowing("member"))
            {
                if (reader.GetAttribute("name") is { } name && name.StartsWith("P:", StringComparison.Ordinal) && reader.ReadToDescendant("summary"))
                    summaries[name] = Plain((XElement)XNode.ReadFrom(reader));
            }
        }

        s_summaries[assembly] = summaries;
        return summaries;
    }

    private static string Plain(XElement summary)
    {
        var text = new StringBuilder();
        foreach (XNode node in summary.Nodes())
        {
            text.Append(node switch
            {
                // M:Namespace.Type.Member(Parameter)
                XElement { Name.LocalName: "see" or "paramref" } reference => reference.Value is { Length: > 0 } shown ? shown : ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("langword") ?? (string?)reference.Attribute("name") ?? "").Split('(')[0].Split('.')[^1],
                XElement element => element.Value,
                _ => node.ToString(SaveOptions.DisableFormatting).Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal),
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
