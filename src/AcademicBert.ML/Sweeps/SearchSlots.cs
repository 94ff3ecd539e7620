using AcademicBert.Training;

namespace AcademicBert.Sweeps;

/// <summary>Where the runs of a search go on at the same time.</summary>
internal static class SearchSlots
{
    /// <summary>The device of each run that goes on at the same time.</summary>
    public static IReadOnlyList<string> Of(SearchOptions options)
    {
        IReadOnlyList<string> devices = options.Devices.Count > 0 ? options.Devices : [options.Recipe.Pretraining.Device];
        return [.. Enumerable.Repeat(devices, options.Parallel).SelectMany(device => device)];
    }

    /// <summary>Threads of each; 0: libtorch's own choice, where there is one run at a time.</summary>
    public static int Threads(SearchOptions options)
    {
        int count = Of(options).Count, threads = options.Recipe.Pretraining.Threads;
        return count == 1 ? threads : SideBySide.Threads(threads, count);
    }
}
