using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Display;

[TestClass]
public sealed class ErrorTextTests
{
    private readonly CommandLine _line = new();

    [TestCleanup]
    public void CleanUp() => _line.Dispose();

    [TestMethod]
    public async Task HelpOfACommandThereIsNot_IsAUsageError()
    {
        Assert.AreEqual(ExitCode.Usage, await _line.Run("help", "prophesy"));
        AssertOneLine("There is no command 'prophesy'");
    }

    [TestMethod]
    public async Task DamagedJson_NamesFileAndLine()
    {
        string model = _line.Model(), config = _line.Path("model", "config.json");
        string[] lines = await File.ReadAllLinesAsync(config);
        await File.WriteAllLinesAsync(config, lines[..4]);
        Assert.AreEqual(ExitCode.Failure, await _line.Run("embed", model, _line.Text(), "-o", _line.Path("out.tsv")));
        AssertOneLine($"'{config}' is damaged: line 5: ");
        Assert.DoesNotContain("LineNumber", _line.Errors);
        await File.WriteAllLinesAsync(config, lines.Select(line => line.Replace("\"num_attention_heads\": 2", "\"num_attention_heads\": 7", StringComparison.Ordinal)));
        Assert.AreEqual(ExitCode.Failure, await _line.Run("embed", model, _line.Text(), "-o", _line.Path("out.tsv")));
        AssertOneLine($"'{config}' is damaged: Heads is 7");
    }

    private void AssertOneLine(string part)
    {
        Assert.Contains(part, _line.Errors);
        Assert.HasCount(1, _line.Errors.TrimEnd().Split('\n'));
    }
}
