using System.Globalization;

namespace AcademicBert.Cli.Doctor;

/// <summary>Limits of a Linux control group, such as a container's; null where there is none.</summary>
/// <param name="Memory">Bytes of memory.</param>
/// <param name="Processors">Processors' worth of time.</param>
internal sealed record ControlGroup(long? Memory, double? Processors)
{
    // The first version writes a number of about 2^63 for no limit.
    private const long NoLimit = 1L << 60;

    /// <summary>The limits of this process: the lowest along its group's path.</summary>
    /// <param name="root">Where the file system starts, with a separator at the end.</param>
    public static ControlGroup Read(string root)
    {
        string groups = root + "proc/self/cgroup";
        if (!File.Exists(groups))
            return new ControlGroup(null, null);
        var memory = new List<long>();
        var processors = new List<double>();
        foreach (string line in File.ReadLines(groups))
        {
            // number:controllers:path; version 2 has no controllers.
            string[] parts = line.Split(':', 3);
            if (parts.Length != 3)
                continue;
            foreach (string folder in Upwards($"{root}sys/fs/cgroup/{(parts[1].Length == 0 ? "" : parts[1] + "/")}", parts[2]))
            {
                if ((Number(folder, "memory.max") ?? Number(folder, "memory.limit_in_bytes")) is { } bytes && bytes < NoLimit)
                    memory.Add((long)bytes);
                if (Text(folder, "cpu.max")?.Split(' ') is [var quota, var period] && Parse(quota) is { } time && Parse(period) is { } of)
                    processors.Add(time / of);
                if (Number(folder, "cpu.cfs_quota_us") is > 0 and var microseconds && Number(folder, "cpu.cfs_period_us") is > 0 and var every)
                    processors.Add(microseconds / every);
            }
        }

        return new ControlGroup(memory.Count > 0 ? memory.Min() : null, processors.Count > 0 ? processors.Min() : null);
    }

    // In a container the path may be that of the host, of which only the end, or nothing, is there.
    private static IEnumerable<string> Upwards(string mount, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int count = names.Length; count >= 0; count--)
            yield return Path.Combine([mount, .. names[..count]]);
    }

    private static double? Number(string folder, string file) => Text(folder, file) is { } text ? Parse(text) : null;

    private static double? Parse(string text) => double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static string? Text(string folder, string file) => Path.Combine(folder, file) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
