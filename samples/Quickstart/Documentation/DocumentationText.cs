using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AcademicBert.Quickstart.Documentation;

/// <summary>Turns the elements of XML documentation into prose.</summary>
internal static partial class DocumentationText
{
    /// <summary>The text with references spoken out as words: "the read only collection class".</summary>
    public static string Spoken(XElement element) => Render(element, speakReferences: true);

    /// <summary>The text with references to code and code itself left out.</summary>
    public static string WithoutReferences(XElement element) => Render(element, speakReferences: false);

    /// <summary>The words of an identifier: "ReadOnlyCollection" has three.</summary>
    public static string[] Words(string identifier) => [.. IdentifierWords().Matches(identifier).Select(word => word.Value)];

    private static string Render(XElement element, bool speakReferences)
    {
        var text = new StringBuilder();
        Append(element, speakReferences, text);
        return WhiteSpace().Replace(text.ToString(), " ").Trim();
    }

    private static void Append(XElement element, bool speakReferences, StringBuilder text)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node is XText plain)
                text.Append(plain.Value);
            else if (node is XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } reference)
                AppendReference(reference, speakReferences, text);
            else if (node is XElement { Name.LocalName: "c" or "code" } code)
                text.Append(speakReferences && code.Name.LocalName == "c" ? code.Value : " ");
            else if (node is XElement { Name.LocalName: not ("format" or "example") } other)
            {
                Append(other, speakReferences, text);
                text.Append(' ');
            }
        }
    }

    private static void AppendReference(XElement reference, bool speak, StringBuilder text)
    {
        if ((string?)reference.Attribute("langword") is { } keyword)
            text.Append(keyword);
        else if (speak && ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name")) is { } name)
            text.AppendJoin(' ', Words(LastName(name)).Select(word => word.ToLowerInvariant()));
    }

    private static string LastName(string reference)
    {
        string name = reference.Split('(')[0];
        return name[(name.LastIndexOf('.') + 1)..].Split('`')[0];
    }

    [GeneratedRegex(@"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Nd}+")]
    private static partial Regex IdentifierWords();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
