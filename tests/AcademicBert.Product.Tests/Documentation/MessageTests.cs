using System.Text.RegularExpressions;

namespace AcademicBert.Tests.Documentation;

/// <summary>Messages that the documentation explains are those the program writes.</summary>
[TestClass]
public sealed partial class MessageTests
{
    [TestMethod]
    public void Troubleshooting_EveryMessage_StandsInTheSources()
    {
        string[] lines = [.. Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "src"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".targets" && !file.Split('/', '\\').Contains("obj")).SelectMany(File.ReadLines)];
        string[] messages = [.. Message().Matches(MarkdownPage.Of("docs", "troubleshooting.md").Prose).Select(match => match.Groups[1].Value)];
        Assert.IsGreaterThan(20, messages.Length);
        string[] unknown = [.. messages.Where(message => !lines.Any(line => Has(line, message)))];
        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    // … stands for what differs from case to case.
    private static bool Has(string line, string message)
    {
        int from = 0;
        foreach (string part in message.Split('…').Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            int found = line.IndexOf(part, from, StringComparison.Ordinal);
            if (found < 0)
                return false;
            from = found + part.Length;
        }

        return true;
    }

    [GeneratedRegex("^### `(.*)`$", RegexOptions.Multiline)]
    private static partial Regex Message();
}
