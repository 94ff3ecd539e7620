using System.Globalization;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>
/// Every parser of foreign bytes under inputs that were made to break it. <c>ACADEMICBERT_FUZZ</c> is the number of inputs for each, <c>ACADEMICBERT_FUZZ_SEED</c> chooses others.
/// </summary>
[TestClass]
public sealed class ParserFuzzTests
{
    private const int DefaultCount = 2000;

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    public TestContext TestContext { get; set; } = null!;

    private static IEnumerable<object[]> Targets => FuzzTargets.All.Select(target => new object[] { target.Name });

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Read_HostileInput_IsParsedOrRefusedAsDocumented(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name);
        int count = (Number("ACADEMICBERT_FUZZ") ?? DefaultCount) / target.Slowness;
        var run = new FuzzRun(target, _folder);
        run.Run(count, Number("ACADEMICBERT_FUZZ_SEED") ?? 1);
        string counts = string.Create(CultureInfo.InvariantCulture, $"{name}: {run.Count:N0} inputs, {run.PastMagic:N0} past the magic, {run.Parsed:N0} parsed");
        TestContext.WriteLine(counts);
        string[] findings = [.. run.Findings];
        Assert.IsEmpty(findings, $"{counts}\n{string.Join('\n', findings)}");
        Assert.IsGreaterThanOrEqualTo(count / 2, run.PastMagic, "at least half of the inputs must look like the format");
        Assert.IsGreaterThan(0, run.Parsed);
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
