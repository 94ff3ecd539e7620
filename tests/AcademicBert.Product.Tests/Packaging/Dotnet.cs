using System.Diagnostics;

namespace AcademicBert.Tests.Packaging;

/// <summary>Runs programs and gives what they write.</summary>
internal static class Dotnet
{
    /// <summary>Runs <c>dotnet</c>; the test fails, with the output, if that does.</summary>
    public static string Run(string folder, params string[] arguments)
    {
        (int code, string output) = Start("dotnet", folder, [], arguments);
        Assert.AreEqual(0, code, $"dotnet {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    /// <summary>Runs a program with some more environment variables.</summary>
    public static (int Code, string Output) Start(string program, string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // What the test host sets for itself is not for programs of their own.
        foreach (string variable in (string[])["MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly"])
            start.Environment.Remove(variable);
        // A build server would keep the pipes open after the end.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        foreach ((string variable, string value) in environment)
            start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.Result + errors.Result);
    }
}
