using System.Diagnostics;
using System.Runtime.Versioning;
using AcademicBert.Cli.Commands;

namespace AcademicBert.Tests.Commands;

/// <summary>What a user may not read or write, as a user who is not root.</summary>
[TestClass]
[SupportedOSPlatform("linux")]
public sealed class PermissionTests
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Open = Enterable | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly CommandLine _line = new();

    [TestInitialize]
    public async Task RequireAnotherUser()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Skipped: permissions are set as on Linux.");
        File.SetUnixFileMode(_line.Folder, Open);
        (int code, _, string errors) = await Run("--version");
        if (code != 0)
            Assert.Inconclusive($"Skipped: a user without rights cannot run the program here: {errors}");
    }

    [TestCleanup]
    public void CleanUp()
    {
        foreach (string folder in Directory.EnumerateDirectories(_line.Folder))
            File.SetUnixFileMode(folder, Open);
        _line.Dispose();
    }

    [TestMethod]
    public async Task Embed_ReadOnlyModelFolder_Works()
    {
        string model = Closed(_line.Model()), vectors = _line.Path("vectors.tsv");
        (int code, _, string errors) = await Run("embed", model, _line.Text(), "-o", vectors);
        Assert.AreEqual(ExitCode.Success, code, errors);
        Assert.HasCount(40, File.ReadAllLines(vectors).Where(line => line.Contains("text.txt", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Pretrain_RunFolderThatCannotBeWritten_IsOneLineThatNamesIt()
    {
        Directory.CreateDirectory(_line.Path("closed"));
        string run = Path.Combine(Closed(_line.Path("closed")), "run");
        (int code, _, string errors) = await Run("pretrain", _line.Text(), "--run", run, "--budget", "1 steps");
        Assert.AreEqual(ExitCode.Failure, code);
        AssertOneLine(errors, run);
    }

    [TestMethod]
    public async Task Embed_ModelThatCannotBeRead_IsOneLineThatNamesTheFile()
    {
        string model = _line.Model(), weights = Path.Combine(model, "model.safetensors");
        File.SetUnixFileMode(weights, UnixFileMode.None);
        (int code, _, string errors) = await Run("embed", model, _line.Text(), "-o", _line.Path("vectors.tsv"));
        Assert.AreEqual(ExitCode.Failure, code);
        AssertOneLine(errors, weights);
        Assert.IsFalse(File.Exists(_line.Path("vectors.tsv")));
    }

    private static void AssertOneLine(string errors, string part)
    {
        Assert.Contains(part, errors);
        Assert.HasCount(1, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), errors);
    }

    private static string Closed(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
            File.SetUnixFileMode(file, Readable);
        File.SetUnixFileMode(folder, Enterable);
        return folder;
    }

    /// <summary>Runs the program; if it would be root's, as nobody.</summary>
    private async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "academicbert.dll"), .. arguments];
        if (Environment.IsPrivilegedProcess)
            command = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _line.Folder };
        foreach (string variable in (string[])["HOME", "TMPDIR", "DOTNET_CLI_HOME"])
            start.Environment[variable] = _line.Folder;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
