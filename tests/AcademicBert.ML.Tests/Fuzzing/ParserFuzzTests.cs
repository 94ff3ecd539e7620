namespace AcademicBert.Tests.Fuzzing;

/// <summary>Every parser of foreign bytes under inputs that were made to break it.</summary>
[TestClass]
public sealed class ParserFuzzTests
{
    public TestContext TestContext { get; set; } = null!;

    private static IEnumerable<object[]> Targets => FuzzTargets.All.Select(target => new object[] { target.Name });

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Read_HostileInput_IsParsedOrRefusedAsDocumented(string name) => FuzzSuite.Check(FuzzTarget.Find(FuzzTargets.All, name), TestContext);
}
