using AcademicBert.Cli;
using AcademicBert.Cli.Display;
using Spectre.Console;

Console.SetOut(new StandardOutput(Console.Out));
return await Application.RunAsync(args, AnsiConsole.Console, Console.Error);
