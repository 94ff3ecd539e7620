using System.Xml.Linq;

namespace AcademicBert.Tests.Packaging;

/// <summary>What <c>dotnet pack</c> makes works where there are only the packages.</summary>
[TestClass]
public sealed class PackageTests
{
    private const string Pipeline = """
        using Microsoft.ML;

        // Torch first: only what the package compiles into this program makes that work on systems with an older libstdc++.
        System.Console.WriteLine($"torch adds: {TorchSharp.torch.ones(2).sum().item<float>()}");

        var context = new MLContext(seed: 1);
        var rows = new System.Collections.Generic.List<Row>();
        for (int i = 0; i < 40; i++)
            rows.Add(i % 2 == 0 ? new Row { Text = $"the baker bakes bread {i % 7}", Label = "baker" } : new Row { Text = $"the pilot flies planes {i % 5}", Label = "pilot" });
        IDataView data = context.Data.LoadFromEnumerable(rows);
        var pipeline = context.Transforms.Text.BertPretrain(new AcademicBert.Pretraining.BertPretrainingOptions
            {
                Pretraining = new()
                {
                    Budget = AcademicBert.Training.TrainingBudget.Parse("3 steps"), BatchSize = 8, MicroBatchSize = 8,
                    Model = new() { HiddenSize = 32, Layers = 1, Heads = 2, IntermediateSize = 64, MaxPositions = 32 },
                },
                Corpus = new() { SequenceLength = 32 },
                Vocabulary = new() { Size = 100 },
                RunFolder = "run",
            })
            .Append(context.Transforms.Conversion.MapValueToKey("Label"))
            .Append(context.MulticlassClassification.Trainers.BertClassification(sentence1ColumnName: "Text"))
            .Append(context.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        context.Model.Save(pipeline.Fit(data), data.Schema, "model.zip");
        ITransformer loaded = context.Model.Load("model.zip", out _);
        var engine = context.Model.CreatePredictionEngine<Row, Prediction>(loaded);
        System.Console.WriteLine($"answer: {engine.Predict(new Row { Text = "the baker bakes", Label = "baker" }).Answer}");

        public sealed class Row
        {
            public string Text { get; set; } = "";
            public string Label { get; set; } = "";
        }

        public sealed class Prediction
        {
            public string Answer { get; set; } = "";
        }
        """;

    private static readonly string s_kernels = Path.Combine(AppContext.BaseDirectory, "libacademicbert_cpu.so");
    private static readonly string s_folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
    private static PackageFeed? s_feed;

    // Where kernels were built, they must be found, and nothing may be needed to use them: not a compiler, not a path.
    private static Dictionary<string, string> Kernels => new() { ["ACADEMICBERT_KERNELS"] = File.Exists(s_kernels) ? "require" : "auto" };

    private static PackageFeed Feed => s_feed ??= new PackageFeed(Directory.CreateDirectory(Path.Combine(s_folder, "feed")).FullName);

    [TestInitialize]
    public void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Skipped: the packages are tried on Linux x64.");
    }

    [ClassCleanup]
    public static void CleanUp() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    [DataRow("AcademicBert.Native", "lib/net10.0/AcademicBert.Native.dll", "lib/net10.0/AcademicBert.Native.xml")]
    [DataRow("AcademicBert.ML.Hosting", "lib/net10.0/AcademicBert.ML.Hosting.dll", "lib/net10.0/AcademicBert.ML.Hosting.xml")]
    [DataRow("AcademicBert.ML", "lib/net10.0/AcademicBert.ML.dll", "lib/net10.0/AcademicBert.ML.xml", "buildTransitive/AcademicBert.ML.targets", "buildTransitive/AcademicBertInitializer.cs")]
    [DataRow("AcademicBert.Reports", "lib/net10.0/AcademicBert.Reports.dll", "lib/net10.0/AcademicBert.Reports.xml")]
    [DataRow("academicbert")]
    [DataRow("academicbert.linux-x64", "tools/net10.0/linux-x64/academicbert.dll", "tools/net10.0/linux-x64/libtorch_cpu.so", "tools/net10.0/linux-x64/licences/libtorch-cpu-linux-x64/2.10.0/LICENSE-LIBTORCH.txt")]
    public void Pack_EachPackage_HasReadmeIconLicenceAndItsFiles(string package, params string[] files)
    {
        IReadOnlyList<string> content = Feed.Content(package);
        foreach (string file in (string[])["README.md", "icon.png", .. files])
            Assert.Contains(file, content);
        string specification = Read(package, $"{package}.nuspec");
        XElement metadata = XDocument.Parse(specification).Root!.Elements().First();
        Assert.AreEqual("Apache-2.0", Value("license"));
        Assert.AreEqual("README.md", Value("readme"));
        Assert.AreEqual("icon.png", Value("icon"));
        Assert.IsGreaterThan(30, Value("description").Length);
        Assert.DoesNotContain(TestData.RepositoryRoot, specification);
        bool isTool = package.StartsWith("academicbert", StringComparison.Ordinal);
        Assert.AreEqual(!isTool, File.Exists(Path.ChangeExtension(Feed.File(package), ".snupkg")), "symbols");

        string Value(string name) => metadata.Elements().First(element => element.Name.LocalName == name).Value;
    }

    [TestMethod]
    public void Pack_KernelsThatWereBuilt_AreInTheirPackageForTheSystem()
    {
        if (!File.Exists(s_kernels))
            Assert.Inconclusive("Skipped: the fused CPU kernels were not built.");
        const string name = "runtimes/linux-x64/native/libacademicbert_cpu.so";
        Assert.Contains(name, Feed.Content("AcademicBert.Native"));
        Assert.AreSequenceEqual(File.ReadAllBytes(s_kernels), ReadBytes("AcademicBert.Native", name));
    }

    [TestMethod]
    public void FreshProject_OfPackagesAlone_PretrainsFineTunesSavesLoadsAndPredicts()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "consumer")).FullName;
        Feed.Configure(folder);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Pipeline);
        File.WriteAllText(Path.Combine(folder, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AcademicBert.ML" Version="{Feed.Version}" />
                <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
              </ItemGroup>
            </Project>
            """);
        string built = Dotnet.Run(folder, "build", "-c", "Release", "-v", "quiet");
        Assert.DoesNotContain("warning", built);
        (int code, string output) = Dotnet.Start("dotnet", folder, Kernels, Path.Combine("bin", "Release", "net10.0", "Consumer.dll"));
        Assert.AreEqual(0, code, output);
        Assert.Contains("torch adds: 2", output);
        Assert.MatchesRegex("answer: (baker|pilot)", output);
    }

    [TestMethod]
    public void Tool_InstalledFromTheFeed_TellsItsVersionAndFindsItsLibraries()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "tool")).FullName;
        Feed.Configure(folder);
        Dotnet.Run(folder, "tool", "install", "academicbert", "--tool-path", "bin", "--version", Feed.Version, "--configfile", "nuget.config");
        (int code, string output) = Dotnet.Start(Path.Combine(folder, "bin", "academicbert"), folder, [], "--version");
        Assert.AreEqual(0, code, output);
        Assert.StartsWith("0.1.0", output);
        (code, output) = Dotnet.Start(Path.Combine(folder, "bin", "academicbert"), folder, Kernels, "doctor");
        Assert.AreEqual(0, code, output);
        Assert.Contains(Path.Combine(folder, "bin"), output, "libtorch is the tool's own");
    }

    private static string Read(string package, string file) => System.Text.Encoding.UTF8.GetString(ReadBytes(package, file)).TrimStart('\uFEFF');

    private static byte[] ReadBytes(string package, string file)
    {
        using var archive = System.IO.Compression.ZipFile.OpenRead(Feed.File(package));
        using Stream stream = archive.GetEntry(file)!.Open();
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
