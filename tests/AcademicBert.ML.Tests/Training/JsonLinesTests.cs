using System.Text.Json;
using AcademicBert.Training;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class JsonLinesTests
{
    private sealed record Line(int Number);

    [TestMethod]
    public void Append_JournalCutAtAnyByte_KeepsWholeLinesAndGoesOnReadably()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] whole = "{\"Number\":1}\n{\"Number\":2}\n"u8.ToArray();
            for (int length = 0; length <= whole.Length; length++)
            {
                File.WriteAllBytes(path, whole[..length]);
                (Line Line, long End)[] kept = [.. JsonLines.Read<Line>(path, JsonSerializerOptions.Default)];
                using (FileStream journal = JsonLines.Append(path, kept.LastOrDefault().End))
                    JsonLines.Write(journal, new Line(9), JsonSerializerOptions.Default);
                Assert.AreSequenceEqual([.. kept.Select(line => line.Line.Number), 9], JsonLines.Read<Line>(path, JsonSerializerOptions.Default).Select(line => line.Line.Number), $"cut at {length}");
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("EFBBBF", DisplayName = "byte order mark")]
    [DataRow("20", DisplayName = "space")]
    [DataRow("0D", DisplayName = "carriage return")]
    public void Append_ForeignBytesBeforeALine_KeepsAllLines(string hex)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. Convert.FromHexString(hex), .. "{\"Number\":1}\r\n{\"Number\":2}\n"u8]);
            using (FileStream journal = JsonLines.Append(path, JsonLines.Read<Line>(path, JsonSerializerOptions.Default).Last().End))
                JsonLines.Write(journal, new Line(9), JsonSerializerOptions.Default);
            Assert.AreSequenceEqual([1, 2, 9], JsonLines.Read<Line>(path, JsonSerializerOptions.Default).Select(line => line.Line.Number));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Append_ByteThatIsNoText_CutsThereAndNowhereElse()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. "{\"Number\":1}\n{\"Number\":2"u8, 0xFF, .. "}\n{\"Number\":3}\n"u8]);
            using (FileStream journal = JsonLines.Append(path, JsonLines.Read<Line>(path, JsonSerializerOptions.Default).Last().End))
                JsonLines.Write(journal, new Line(9), JsonSerializerOptions.Default);
            Assert.AreEqual("{\"Number\":1}\n{\"Number\":9}\n", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
