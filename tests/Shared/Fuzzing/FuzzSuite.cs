using System.Globalization;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>
/// The suite's share of fuzzing. <c>ACADEMICBERT_FUZZ</c> is the number of inputs for each parser, <c>ACADEMICBERT_FUZZ_SEED</c> chooses others.
/// </summary>
internal static class FuzzSuite
{
    private const int DefaultCount = 2000;

    /// <summary>Fails where a parser misbehaves, or where most of its inputs do not look like the format.</summary>
    public static void Check(FuzzTarget target, TestContext context)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            int count = (Number("ACADEMICBERT_FUZZ") ?? DefaultCount) / target.Slowness;
            var run = new FuzzRun(target, folder);
            run.Run(count, Number("ACADEMICBERT_FUZZ_SEED") ?? 1);
            string counts = string.Create(CultureInfo.InvariantCulture, $"{target}: {run.Count:N0} inputs, {run.PastMagic:N0} past the magic, {run.Parsed:N0} parsed");
            context.WriteLine(counts);
            string[] findings = [.. run.Findings];
            Assert.IsEmpty(findings, $"{counts}\n{string.Join('\n', findings)}");
            Assert.IsGreaterThanOrEqualTo(count / 2, run.PastMagic, "at least half of the inputs must look like the format");
            Assert.IsGreaterThan(0, run.Parsed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
