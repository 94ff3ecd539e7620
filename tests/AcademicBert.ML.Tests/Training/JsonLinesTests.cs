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
}
