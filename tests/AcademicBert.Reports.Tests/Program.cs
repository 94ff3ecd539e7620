using AcademicBert.Reports.Tests.Fuzzing;
using AcademicBert.Tests.Fuzzing;

namespace AcademicBert.Reports.Tests;

/// <summary>The long fuzzing run.</summary>
internal static class Program
{
    private static int Main(string[] arguments) =>
        arguments is [FuzzProgram.Verb, .. string[] words] ? FuzzProgram.Run(words, ReportTargets.All) : throw new ArgumentException($"{FuzzProgram.Verb} ...", nameof(arguments));
}
