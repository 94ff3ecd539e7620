using System.Globalization;
using AcademicBert.Cli;
using AcademicBert.Cli.Display;
using Spectre.Console;

// Numbers as in the options that are given, whatever the machine's language.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Console.SetOut(new StandardOutput(Console.Out));
return await Application.RunAsync(args, AnsiConsole.Console, Console.Error);
