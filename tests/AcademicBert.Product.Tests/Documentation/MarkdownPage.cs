using System.Text.RegularExpressions;

namespace AcademicBert.Tests.Documentation;

/// <summary>A fenced block of code.</summary>
/// <param name="Language">What stands behind the fence, such as csharp.</param>
/// <param name="Line">Number of its first line, from 1.</param>
/// <param name="Text">The code.</param>
internal sealed record CodeBlock(string Language, int Line, string Text);

/// <summary>A page of the documentation: its code, and its text without.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path)
    {
        Path = path;
        var blocks = new List<CodeBlock>();
        var prose = new List<string>();
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                prose.Add(lines[i]);
                continue;
            }

            int first = i + 1, end = Array.FindIndex(lines, first, line => line.StartsWith("```", StringComparison.Ordinal));
            Assert.IsGreaterThan(0, end, $"{path}, line {i + 1}: the block does not end.");
            blocks.Add(new CodeBlock(lines[i][3..].Trim(), first + 1, string.Join('\n', lines[first..end])));
            i = end;
        }

        (Blocks, Prose) = (blocks, string.Join('\n', prose));
    }

    /// <summary>Every page of the repository.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
    [
        .. Directory.EnumerateFiles(TestData.RepositoryRoot, "*.md", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
            .Where(file => !System.IO.Path.GetRelativePath(TestData.RepositoryRoot, file).Split('/', '\\').Any(part => part is "bin" or "obj" or "artifacts" or "runs" or "quickstart"))
            .Order(StringComparer.Ordinal).Select(file => new MarkdownPage(file)),
    ];

    /// <summary>The page of a name in the repository.</summary>
    public static MarkdownPage Of(params string[] path) => new(System.IO.Path.Combine([TestData.RepositoryRoot, .. path]));

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its name in the repository.</summary>
    public string Name => System.IO.Path.GetRelativePath(TestData.RepositoryRoot, Path).Replace('\\', '/');

    /// <summary>Its code, in order.</summary>
    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>Its text without blocks of code.</summary>
    public string Prose { get; }

    /// <summary>Where its links lead.</summary>
    public IEnumerable<string> Links => Link().Matches(InlineCode().Replace(Prose, "")).Select(match => match.Groups[1].Value);

    /// <summary>Anchors of its headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(Prose).Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Rows of its tables, cells without their white space; headings and rules of tables are rows too.</summary>
    public IEnumerable<string[]> Rows => Prose.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
