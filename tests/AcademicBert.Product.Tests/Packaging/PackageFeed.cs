using System.IO.Compression;

namespace AcademicBert.Tests.Packaging;

/// <summary>The packages of this checkout in a folder, under a version of their own, so that no cache knows them.</summary>
internal sealed class PackageFeed
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>Where packages lie that were restored before.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private readonly string _folder;

    /// <summary>Packs what the build has made.</summary>
    /// <param name="folder">Where packages go.</param>
    public PackageFeed(string folder)
    {
        _folder = folder;
        if (!Directory.Exists(Path.Combine(Cache, "torchsharp")))
            Assert.Inconclusive($"Skipped: the packages that ours depend on are not in {Cache}, and the test downloads nothing.");
        foreach (string project in (string[])["AcademicBert.Native", "AcademicBert.ML.Hosting", "AcademicBert.ML", "AcademicBert.Reports"])
            Pack(project, "--no-build");
        // The tool is built for its system, and brings what it references.
        Pack("AcademicBert.Cli", "--no-restore", "-p:BuildProjectReferences=false");
    }

    /// <summary>Version of all packages.</summary>
    public string Version { get; } = $"0.0.0-test.{DateTime.UtcNow:yyyyMMddHHmmssff}";

    /// <summary>The file of a package.</summary>
    public string File(string package) => Path.Combine(_folder, $"{package}.{Version}.nupkg");

    /// <summary>Names of the files in a package.</summary>
    public IReadOnlyList<string> Content(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(File(package));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>Makes a folder whose restores find our packages in the feed, all others in the cache of the build, and nothing elsewhere.</summary>
    public void Configure(string folder) => System.IO.File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{_folder}-cache" /></config>
          <packageSources><clear /><add key="feed" value="{_folder}" /></packageSources>
          <fallbackPackageFolders><clear /><add key="cache" value="{Cache}" /></fallbackPackageFolders>
        </configuration>
        """);

    private void Pack(string project, params string[] options) => Dotnet.Run(
        TestData.RepositoryRoot, ["pack", Path.Combine("src", project), "-c", Configuration, "-o", _folder, $"-p:PackageVersion={Version}", "-v", "quiet", .. options]);
}
