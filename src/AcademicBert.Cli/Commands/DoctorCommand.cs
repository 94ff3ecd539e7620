using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Cli.Display;
using AcademicBert.Cli.Doctor;
using Spectre.Console;

namespace AcademicBert.Cli.Commands;

/// <summary><c>academicbert doctor</c>: what this machine can do, and what would make it faster.</summary>
internal sealed class DoctorCommand : Command
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter() } };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of lines." };
    private readonly IAnsiConsole _console;

    public DoctorCommand(IAnsiConsole console)
        : base("doctor", "Say what this machine can do, and what would make it faster. Exit code 1: nothing can be trained here.")
    {
        _console = console;
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        var lines = new ConsoleLines(_console);
        DoctorReport report = DoctorReport.Read();
        foreach (string line in arguments.GetValue(_json) ? [JsonSerializer.Serialize(report, s_json)] : DoctorText.Of(report))
            lines.Note(line);
        return report.Engine is null ? ExitCode.Failure : ExitCode.Success;
    }
}
