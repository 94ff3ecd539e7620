using AcademicBert.Cli;
using Spectre.Console;

return await Application.RunAsync(args, AnsiConsole.Console, Console.Error);
