using System.Text.Json;
using AcademicBert.Training;
using CsCheck;

namespace AcademicBert.Tests.Training;

[TestClass]
public sealed class JsonLinesPropertyTests
{
    private sealed record Line(long Number, double Value, string? Text);

    [TestMethod]
    public void Append_AnyJournalCutAtEveryByte_LosesNoWholeLineAndGoesOnReadably()
    {
        string path = Path.GetTempFileName();
        try
        {
            Gen.Select(Gen.Long, Gen.Double[-1e9, 1e9], Gen.String).Select((number, value, text) => new Line(number, value, text)).Array[0, 4].Sample(lines =>
            {
                File.Delete(path);
                using (FileStream journal = JsonLines.Append(path, 0))
                    foreach (Line line in lines)
                        JsonLines.Write(journal, line, JsonSerializerOptions.Web);
                byte[] whole = File.ReadAllBytes(path);
                Line[] written = [.. Read(path)];
                Assert.HasCount(lines.Length, written);
                for (int length = 0; length <= whole.Length; length++)
                {
                    File.WriteAllBytes(path, whole[..length]);
                    (Line Line, long End)[] kept = [.. JsonLines.Read<Line>(path, JsonSerializerOptions.Web)];
                    // A line is whole once its last brace is there.
                    Assert.HasCount(whole.Take(length).Count(value => value == '\n') + (length < whole.Length && length > 0 && whole[length] == '\n' ? 1 : 0), kept);
                    using (FileStream journal = JsonLines.Append(path, kept.LastOrDefault().End))
                        JsonLines.Write(journal, new Line(7, 7, null), JsonSerializerOptions.Web);
                    Assert.AreSequenceEqual([.. written.Take(kept.Length), new Line(7, 7, null)], Read(path));
                }
            }, iter: 8, threads: 1);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<Line> Read(string path) => JsonLines.Read<Line>(path, JsonSerializerOptions.Web).Select(line => line.Line);
}
