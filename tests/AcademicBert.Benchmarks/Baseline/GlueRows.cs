using System.IO.Compression;

namespace AcademicBert.Benchmarks.Baseline;

/// <summary>A labelled row of text.</summary>
/// <param name="First">The sentence, or the first of a pair.</param>
/// <param name="Second">The second; null if there is none.</param>
/// <param name="Target">The class.</param>
internal readonly record struct GlueRow(string First, string? Second, float Target);

/// <summary>Rows of the GLUE tasks that are measured, drawn from a split.</summary>
internal static class GlueRows
{
    /// <summary>Reads rows of a task, chosen by a fixed seed.</summary>
    /// <param name="folder">The folder of all tasks.</param>
    /// <param name="task">"RTE" or "SST-2".</param>
    /// <param name="split">"train" or "dev".</param>
    /// <param name="count">Number of rows.</param>
    public static GlueRow[] Read(string folder, string task, string split, int count)
    {
        string plain = Path.Combine(folder, task, split + ".tsv"), packed = plain + ".gz";
        using Stream stream = File.Exists(plain) ? File.OpenRead(plain) : new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        var rows = new List<GlueRow>();
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split('\t');
            rows.Add(task == "RTE" ? new GlueRow(fields[1], fields[2], fields[3] == "entailment" ? 0 : 1) : new GlueRow(fields[0], null, fields[1] == "1" ? 1 : 0));
        }

        GlueRow[] all = [.. rows];
        new Random(1).Shuffle(all);
        return all[..Math.Min(count, all.Length)];
    }
}
