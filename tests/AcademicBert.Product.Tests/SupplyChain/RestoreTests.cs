using System.Net;
using System.Text.RegularExpressions;
using AcademicBert.Tests.Packaging;

namespace AcademicBert.Tests.SupplyChain;

/// <summary>Restores under the rules of this repository, of a project that has nothing else.</summary>
[TestClass]
public sealed partial class RestoreTests
{
    private const string Package = "System.IO.Hashing", Version = "10.0.12";

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestInitialize]
    public void RequirePackage()
    {
        if (!Directory.Exists(Path.Combine(PackageFeed.Cache, Package.ToLowerInvariant(), Version)))
            Assert.Inconclusive($"Skipped: {Package} is not in {PackageFeed.Cache}, and the test downloads nothing.");
    }

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Solution_EachProject_IsLocked()
    {
        MatchCollection projects = Project().Matches(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "AcademicBert.sln")));
        Assert.IsGreaterThan(15, projects.Count);
        foreach (Match project in projects)
            Assert.IsTrue(File.Exists(Path.Combine(TestData.RepositoryRoot, "build", "locks", $"{project.Groups[1].Value}.json")), project.Value);
    }

    [TestMethod]
    public void Restore_ContinuousIntegrationWithAnotherPackage_IsRefused()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Skipped: what other systems restore is not locked.");
        Configure(_folder);
        Write(reference: "");
        (int code, string output) = Restore();
        Assert.AreEqual(0, code, output);
        (code, output) = Restore(continuousIntegration: true);
        Assert.AreEqual(0, code, output);
        Write($"""<PackageReference Include="{Package}" Version="{Version}" />""");
        (code, output) = Restore(continuousIntegration: true);
        Assert.AreNotEqual(0, code);
        Assert.Contains("NU1004", output);
    }

    [TestMethod]
    [DataRow("""{"system.io.hashing":[{"severity":0,"url":"https://example.org/advisory","versions":"(, 99.0.0)"}]}""", "NU1901")]
    [DataRow("""{"system.io.hashing":[{"severity":3,"url":"https://example.org/advisory","versions":"(, 99.0.0)"}]}""", "NU1904")]
    [DataRow("""{"system.io.hashing":[{"severity":3,"url":"https://example.org/advisory","versions":"(, 10.0.0)"}]}""", null)]
    public async Task Restore_PackageWithAKnownVulnerability_IsRefused(string vulnerabilities, string? error)
    {
        using var source = new HttpListener();
        string address = Listen(source);
        Task serving = ServeAsync(source, address, vulnerabilities);
        Configure(address + "index.json");
        Write($"""<PackageReference Include="{Package}" Version="{Version}" />""");
        (int code, string output) = await Task.Run(() => Restore());
        source.Stop();
        await serving;
        Assert.AreEqual(error is null, code == 0, output);
        Assert.AreEqual(error is not null, output.Contains($"error {error}", StringComparison.Ordinal), output);
        Assert.DoesNotContain("NU1900", output);
    }

    [TestMethod]
    public void Restore_FeedThatSaysNothingOfVulnerabilities_IsWarnedOfOnly()
    {
        Configure(_folder);
        Write($"""<PackageReference Include="{Package}" Version="{Version}" />""");
        (int code, string output) = Restore();
        Assert.AreEqual(0, code, output);
        Assert.Contains("warning NU1905", output);
    }

    /// <summary>Packages come from the cache of the build; what is known of their vulnerabilities, from the source.</summary>
    private void Configure(string source) => File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
        <configuration>
          <packageSources><clear /><add key="none" value="{_folder}" /></packageSources>
          <auditSources><clear /><add key="audit" value="{source}" allowInsecureConnections="true" /></auditSources>
          <fallbackPackageFolders><clear /><add key="cache" value="{PackageFeed.Cache}" /></fallbackPackageFolders>
        </configuration>
        """);

    private void Write(string reference) => File.WriteAllText(Path.Combine(_folder, "Restored.csproj"), $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="{Path.Combine(TestData.RepositoryRoot, "Directory.Build.props")}" />
          <ItemGroup>{reference}</ItemGroup>
        </Project>
        """);

    private (int Code, string Output) Restore(bool continuousIntegration = false) => Dotnet.Start(
        "dotnet", _folder, new() { ["CI"] = continuousIntegration ? "true" : "false", ["NUGET_HTTP_CACHE_PATH"] = Path.Combine(_folder, "http"), ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        "restore", "--force", $"-p:NuGetLockFilePath={Path.Combine(_folder, "lock.json")}");

    private static string Listen(HttpListener listener)
    {
        // A port that is free now may be taken before it is used.
        for (int tries = 0; ; tries++)
        {
            string address = $"http://localhost:{Random.Shared.Next(20_000, 60_000)}/";
            listener.Prefixes.Clear();
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return address;
            }
            catch (HttpListenerException) when (tries < 20)
            {
            }
        }
    }

    private static async Task ServeAsync(HttpListener listener, string address, string vulnerabilities)
    {
        try
        {
            while (true)
            {
                HttpListenerContext request = await listener.GetContextAsync();
                string? answer = request.Request.Url!.AbsolutePath switch
                {
                    "/index.json" => $$"""{"version":"3.0.0","resources":[{"@id":"{{address}}known.json","@type":"VulnerabilityInfo/6.7.0"}]}""",
                    "/known.json" => $$"""[{"@name":"base","@id":"{{address}}base.json","@updated":"2026-01-01T00:00:00Z"}]""",
                    "/base.json" => vulnerabilities,
                    _ => null,
                };
                request.Response.StatusCode = answer is null ? 404 : 200;
                request.Response.Close(System.Text.Encoding.UTF8.GetBytes(answer ?? ""), willBlock: false);
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException && !listener.IsListening)
        {
        }
    }

    [GeneratedRegex(@"(\w[\w.]*)\.csproj")]
    private static partial Regex Project();
}
