using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace AcademicBert.Tests;

/// <summary>Finds the numeric fixtures of this repository and the optional public test data.</summary>
internal static class TestData
{
    /// <summary>The fixture root: <c>ACADEMICBERT_FIXTURES</c>, or <c>tests/Fixtures</c> of this checkout.</summary>
    public static string FixtureRoot { get; } =
        Environment.GetEnvironmentVariable("ACADEMICBERT_FIXTURES") is { Length: > 0 } root
            ? root
            : Path.Combine(RepositoryRoot, "tests", "Fixtures");

    /// <summary>The folder that holds <c>AcademicBert.sln</c>.</summary>
    public static string RepositoryRoot
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "AcademicBert.sln")))
                    return folder.FullName;
            throw new DirectoryNotFoundException("The tests run outside a checkout of AcademicBert; set ACADEMICBERT_FIXTURES.");
        }
    }

    /// <summary>Path of a fixture file or folder.</summary>
    public static string Fixture(params string[] parts) => Path.Combine([FixtureRoot, .. parts]);

    /// <summary>All fixture folders whose name starts with <paramref name="prefix"/> and that hold <paramref name="requiredFile"/>.</summary>
    public static IEnumerable<string> FixtureFolders(string prefix, string requiredFile = "config.json") =>
        Directory.EnumerateDirectories(FixtureRoot, prefix + "*")
            .Where(folder => File.Exists(Path.Combine(folder, requiredFile)))
            .Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal);

    /// <summary>Path below <c>ACADEMICBERT_DATA</c>; the calling test is skipped, with the reason, when it is absent.</summary>
    public static string Require(params string[] parts)
    {
        string? root = Environment.GetEnvironmentVariable("ACADEMICBERT_DATA");
        if (string.IsNullOrEmpty(root))
            Assert.Inconclusive("Skipped: set ACADEMICBERT_DATA to the folder of the public test data.");
        string path = Path.Combine([root, .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Inconclusive($"Skipped: the test data has no {Path.Combine(parts)}.");
        return path;
    }
}
