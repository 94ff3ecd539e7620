namespace AcademicBert.Tests.Fuzzing;

/// <summary>Every parser of foreign bytes.</summary>
internal static class FuzzTargets
{
    /// <summary>All targets, in the order of the documentation.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } = [.. BinaryTargets.All, .. ModelFolderTargets.All, .. OptionsTargets.All, .. RunFolderTargets.All, .. TextTargets.All, .. JournalTargets.All, .. ModelFileTargets.All];
}
