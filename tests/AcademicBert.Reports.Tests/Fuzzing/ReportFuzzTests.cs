using AcademicBert.Tests.Fuzzing;

namespace AcademicBert.Reports.Tests.Fuzzing;

/// <summary>Reports on folders whose files were made to break them.</summary>
[TestClass]
public sealed class ReportFuzzTests
{
    public TestContext TestContext { get; set; } = null!;

    private static IEnumerable<object[]> Targets => ReportTargets.All.Select(target => new object[] { target.Name });

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Write_HostileFolder_IsASoundPageOrRefusedAsDocumented(string name) => FuzzSuite.Check(FuzzTarget.Find(ReportTargets.All, name), TestContext);
}
