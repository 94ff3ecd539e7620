using AcademicBert.Serving;

if (args.Length == 0 || args[0].StartsWith('-'))
{
    Console.Error.WriteLine("Name the saved pipeline (a .zip of mlContext.Model.Save with BertClassification in it, reading the text column Sentence1), then options of ASP.NET Core such as --urls http://localhost:8080.");
    return 2;
}

if (!File.Exists(args[0]))
{
    Console.Error.WriteLine($"There is no file '{args[0]}'.");
    return 2;
}

await using WebApplication server = Server.Build(args[0], args[1..]);
await server.RunAsync();
return 0;
