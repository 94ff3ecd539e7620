using System.Diagnostics;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Hosting;

[TestClass]
public sealed class ModelFileTests
{
    private readonly MLContext _context = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");

    [TestCleanup]
    public void CleanUp() => File.Delete(_path);

    [TestMethod]
    public void Load_FreshContext_GivesTheSamePredictionsAndSavesAgain()
    {
        Save();
        var fresh = new MLContext();
        ITransformer model = fresh.Model.Load(_path, out DataViewSchema schema);
        Assert.IsNotNull(schema.GetColumnOrNull("Text"));
        Assert.AreSequenceEqual([6f, 9f], model.Transform(Documents()).GetColumn<float>("Length"));
        fresh.Model.Save(model, schema, _path);
        Assert.AreSequenceEqual([6f, 9f], new MLContext().Model.Load(_path, out _).Transform(Documents()).GetColumn<float>("Length"));
    }

    [TestMethod]
    public void Load_NewProcessWithNothingRegistered_GivesTheSamePredictions()
    {
        Save();
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { "exec", typeof(ModelFileTests).Assembly.Location, _path, "ab", "abc", "" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        Assert.AreEqual("6\n9\n0\n", output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Load_EntryMissing_NamesPartAndEntry()
    {
        Save();
        using (ZipArchive zip = ZipFile.Open(_path, ZipArchiveMode.Update))
            zip.Entries.Single(entry => entry.FullName.EndsWith("settings", StringComparison.Ordinal)).Delete();
        Exception error = Innermost(Assert.Throws<Exception>(() => _context.Model.Load(_path, out _)));
        Assert.Contains("TextMeasure", error.Message);
        Assert.Contains("settings", error.Message);
    }

    [TestMethod]
    public void Load_EntryDamaged_NamesPartAndEntry()
    {
        Save();
        using (ZipArchive zip = ZipFile.Open(_path, ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = zip.Entries.Single(entry => entry.FullName.EndsWith("settings", StringComparison.Ordinal));
            string name = entry.FullName;
            entry.Delete();
            using Stream stream = zip.CreateEntry(name).Open();
            stream.Write("{ \"Scale\": "u8);
        }

        Exception error = Innermost(Assert.Throws<Exception>(() => _context.Model.Load(_path, out _)), typeof(InvalidDataException));
        Assert.Contains("settings", error.Message);
        Assert.Contains("damaged", error.Message);
    }

    [TestMethod]
    public void Load_AnyBitOfAnEntryFlipped_IsRefusedOrChangesNothing()
    {
        Save();
        byte[] file = File.ReadAllBytes(_path);
        (int start, int length) = Content(file, "settings");
        var told = new List<string>();
        for (int bit = 0; bit < 8 * length; bit++)
        {
            byte[] damaged = [.. file];
            damaged[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_path, damaged);
            try
            {
                Assert.AreSequenceEqual([6f, 9f], _context.Model.Load(_path, out _).Transform(Documents()).GetColumn<float>("Length"), $"bit {bit}");
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                told.Add(Innermost(error).Message);
            }
        }

        Assert.IsNotEmpty(told.Where(message => message.Contains("settings' is damaged: it is not what was saved", StringComparison.Ordinal)));
    }

    /// <summary>Where an entry's compressed content lies: behind its header, which ends with its name.</summary>
    private static (int Start, int Length) Content(byte[] file, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        ZipArchiveEntry entry = zip.Entries.Single(entry => entry.FullName.EndsWith(name, StringComparison.Ordinal));
        return (file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(name)) + name.Length, (int)entry.CompressedLength);
    }

    private void Save()
    {
        IDataView documents = Documents();
        _context.Model.Save(new TextMeasure(_context, 3), documents.Schema, _path);
    }

    private IDataView Documents() => _context.Data.LoadFromEnumerable([new Document { Text = "ab" }, new Document { Text = "abc" }]);

    private static Exception Innermost(Exception error, Type? stopAt = null)
    {
        while (error.InnerException is { } inner && error.GetType() != stopAt)
            error = inner;
        return error;
    }
}
