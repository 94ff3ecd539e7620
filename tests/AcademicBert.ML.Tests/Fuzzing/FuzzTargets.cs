namespace AcademicBert.Tests.Fuzzing;

/// <summary>Every parser of foreign bytes.</summary>
internal static class FuzzTargets
{
    /// <summary>All targets, in the order of the documentation.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } = [.. BinaryTargets.All, .. ModelFolderTargets.All, .. OptionsTargets.All, .. RunFolderTargets.All, .. TextTargets.All, .. JournalTargets.All, .. ModelFileTargets.All];

    /// <summary>The target of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static FuzzTarget Find(string name) =>
        All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"There is no parser '{name}'. There are: {string.Join(", ", All)}.", nameof(name));
}
