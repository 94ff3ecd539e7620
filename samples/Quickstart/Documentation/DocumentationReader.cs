using System.Xml;
using System.Xml.Linq;

namespace AcademicBert.Quickstart.Documentation;

/// <summary>Reads XML documentation files.</summary>
internal static class DocumentationReader
{
    private static readonly string[] s_passages = ["summary", "param", "typeparam", "returns", "value", "remarks"];

    /// <summary>All documented types and members, each name once, in the order of the files.</summary>
    public static IReadOnlyList<DocumentedMember> Read(IEnumerable<string> files)
    {
        List<(string Id, XElement Element)> entries = [.. files.SelectMany(Entries).DistinctBy(entry => entry.Id)];
        HashSet<string> types = [.. entries.Where(entry => entry.Id.StartsWith("T:", StringComparison.Ordinal)).Select(entry => entry.Id[2..])];
        return [.. entries.Select(entry => Member(entry.Id, entry.Element, types))];
    }

    private static IEnumerable<(string Id, XElement Element)> Entries(string file)
    {
        using XmlReader reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        reader.MoveToContent();
        while (!reader.EOF)
        {
            if (reader is not { NodeType: XmlNodeType.Element, Name: "member" })
            {
                reader.Read();
                continue;
            }

            var element = (XElement)XNode.ReadFrom(reader);
            if ((string?)element.Attribute("name") is { Length: > 2 } id)
                yield return (id, element);
        }
    }

    private static DocumentedMember Member(string id, XElement element, HashSet<string> types)
    {
        string path = id[2..].Split('(')[0];
        string type = id[0] == 'T' ? path : Parent(path);
        while (types.Contains(Parent(type)))
            type = Parent(type);
        XElement? summary = element.Element("summary"), returns = element.Element("returns");
        return new DocumentedMember(
            path[(path.LastIndexOf('.') + 1)..].Split('`')[0], type, Parent(type),
            summary is null ? "" : DocumentationText.WithoutReferences(summary),
            [.. element.Elements().Where(passage => s_passages.Contains(passage.Name.LocalName)).Select(DocumentationText.Spoken).Where(text => text.Length > 0)],
            returns is null ? "" : DocumentationText.Spoken(returns),
            [.. element.Elements("exception").Select(DocumentationText.Spoken).Where(text => text.Length > 0)]);
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOf('.'))];
}
