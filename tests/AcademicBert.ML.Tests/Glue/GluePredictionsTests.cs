using AcademicBert.Glue;

namespace AcademicBert.Tests.Glue;

[TestClass]
public sealed class GluePredictionsTests
{
    private const string Whole = """{"trial":{"learningRate":5E-05,"batchSize":32,"epochs":5,"seed":1},"predictions":{"CoLA":[0,1],"AX":[1]},"tests":{"CoLA":"1f","AX":"2e"}}""";

    private static readonly Dictionary<string, string> s_tests = new() { ["CoLA"] = "1f" };

    private readonly string _path = Path.Combine(Path.GetTempPath(), "academicbert-tests-" + Path.GetRandomFileName());

    [TestCleanup]
    public void CleanUp() => File.Delete(_path);

    [TestMethod]
    public void Kept_PredictionsOfTheTrial_AreGivenBack()
    {
        File.WriteAllText(_path, Whole);
        Assert.AreSequenceEqual([0f, 1f], GluePredictions.Kept(_path, new GlueTrial(), s_tests)!["CoLA"]);
        Assert.AreSequenceEqual(s_tests.Keys, GluePredictions.Kept(_path, new GlueTrial(), s_tests)!.Keys, "those of a file that is gone are not");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("""{"trial":{},"predictions":null}""")]
    [DataRow("""{"trial":{},"predictions":{"CoLA":null}}""")]
    [DataRow("""{"trial":{"seed":2},"predictions":{"CoLA":[0,1]},"tests":{"CoLA":"1f"}}""")]
    [DataRow("""{"trial":{},"predictions":{"CoLA":[0,1]},"tests":{"CoLA":"other"}}""")]
    [DataRow("""{"trial":{},"predictions":{"CoLA":[0,1]}}""")]
    public void Kept_DamagedFileOrOtherTrialOrTestFile_IsNothing(string content)
    {
        File.WriteAllText(_path, content);
        Assert.IsNull(GluePredictions.Kept(_path, new GlueTrial(), s_tests));
    }
}
