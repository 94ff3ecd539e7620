using System.Runtime.InteropServices;

namespace AcademicBert.Quickstart.Documentation;

/// <summary>Finds the XML documentation files that ship with the installed .NET SDK.</summary>
internal static class DocumentationFiles
{
    /// <summary>The files of the newest version of each reference pack, in ordinal order; empty where only the runtime is installed.</summary>
    public static IReadOnlyList<string> Find()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/ is where this program's runtime lies.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string packs = Path.Combine(Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } named && Directory.Exists(Path.Combine(named, "packs")) ? named : root, "packs");
        if (!Directory.Exists(packs))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(packs, "*.Ref")
                .Select(pack => Directory.EnumerateDirectories(pack).MaxBy(VersionOf))
                .OfType<string>()
                .Select(pack => Path.Combine(pack, "ref"))
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static Version VersionOf(string folder) =>
        Version.TryParse(Path.GetFileName(folder).Split('-')[0], out Version? version) ? version : new Version();
}
