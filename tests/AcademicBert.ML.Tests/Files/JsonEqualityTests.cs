using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Files;

namespace AcademicBert.Tests.Files;

[TestClass]
public sealed class JsonEqualityTests
{
    [TestMethod]
    [DataRow("1", "1.0", true)]
    [DataRow("{ \"a\": 1e1, \"b\": null }", "{ \"b\": null, \"a\": 10 }", true)]
    [DataRow("[1, 2]", "[2, 1]", false)]
    [DataRow("1", "\"1\"", false)]
    [DataRow("1E99999999999", "1", false, DisplayName = "an exponent that .NET does not compare")]
    [DataRow("[0.5]", "[1E-99999999999]", false, DisplayName = "one within a list")]
    public void Same_TwoValues_AreComparedByWhatTheyMean(string one, string other, bool same)
    {
        Assert.AreEqual(same, JsonEquality.Same(JsonNode.Parse(one), JsonNode.Parse(other)));
        Assert.AreEqual(same, JsonEquality.Same(JsonElement.Parse(one), JsonElement.Parse(other)));
    }
}
