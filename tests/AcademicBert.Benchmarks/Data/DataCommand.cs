using System.CommandLine;
using AcademicBert.Corpus;

namespace AcademicBert.Benchmarks.Data;

/// <summary><c>data</c>: from text to masked batches.</summary>
internal static class DataCommand
{
    public static Command Make()
    {
        string? data = Environment.GetEnvironmentVariable("ACADEMICBERT_DATA");
        Option<string?> text = new("--text") { Description = "Text files, a folder or a pattern. Default: the Wikipedia part of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "text", "enwiki-wikiextractor") };
        Option<string?> vocabulary = new("--vocab") { Description = "vocab.txt to tokenize with. Default: bert-base-uncased of ACADEMICBERT_DATA.", DefaultValueFactory = _ => data is null ? null : Path.Combine(data, "vocab", "bert-base-uncased.txt") };
        Option<int> rounds = new("--rounds") { Description = "Counted rounds of each measurement.", DefaultValueFactory = _ => 5 };
        var command = new Command("data", "Tokenization, preparation of a corpus, masking, vocabulary training, loading.") { text, vocabulary, rounds };
        command.SetAction(arguments =>
        {
            if (arguments.GetValue(text) is not { } path || arguments.GetValue(vocabulary) is not { } words)
            {
                Console.Error.WriteLine("Name --text and --vocab, or set ACADEMICBERT_DATA to the folder of the public test data.");
                return 2;
            }

            new DataBenchmark([.. new TextFileSource(path, new TextFileOptions { Layout = TextLayout.Automatic }).Read().Select(document => document.Text)], words, arguments.GetValue(rounds)).Run();
            return 0;
        });
        return command;
    }
}
