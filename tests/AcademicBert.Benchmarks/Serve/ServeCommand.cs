using System.CommandLine;

namespace AcademicBert.Benchmarks.Serve;

/// <summary><c>serve</c>: the serving sample under many clients, beside one.</summary>
internal static class ServeCommand
{
    public static Command Make()
    {
        Option<int> layers = Number("--layers", 4), hidden = Number("--hidden", 256), clients = Number("--clients", 200), seconds = Number("--seconds", 5), rounds = Number("--rounds", 3);
        var command = new Command("serve", "Questions a second of samples/Serving over loopback: one client that waits for each answer, against many at once.") { layers, hidden, clients, seconds, rounds };
        command.SetAction((arguments, _) => ServeBenchmark.RunAsync(arguments.GetValue(layers), arguments.GetValue(hidden), arguments.GetValue(clients), arguments.GetValue(seconds), arguments.GetValue(rounds)));
        return command;

        static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
    }
}
