using System.IO.Compression;
using System.Runtime.ExceptionServices;
using System.Text;
using AcademicBert.Interop;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Entries of ML.NET's model files. An input is the name of one, and its new content; the zip around it is sound, and ML.NET's own header, <c>Model.key</c>, as it was.</summary>
internal static class ModelFileTargets
{
    private static readonly MLContext s_context = new(1);
    private static readonly Lazy<byte[]> s_file = new(MakeFile);

    public static IEnumerable<FuzzTarget> All => [Entries()];

    private static FuzzTarget Entries()
    {
        byte[][] entries = [.. Contents().Where(entry => !entry.Name.EndsWith("Model.key", StringComparison.Ordinal)).Select(entry => (byte[])[.. Encoding.UTF8.GetBytes(entry.Name + "\n"), .. entry.Content])];
        return new FuzzTarget("JSON entries of a model file", entries, (_, input) => Load(input), input => input.AsSpan().StartsWith("TransformerChain"u8))
        {
            Words = ["null", "{}", "[", "]", "\"", ":", ",", "0", "-1", "2147483648", "\0", "\n", "ACADBERT", "AcademicBert.ML"],
            Refusals = [typeof(InvalidDataException), typeof(FormatException)],
            AllocationMultiple = 2000,
            Slowness = 20,
        };
    }

    private static void Load(byte[] input)
    {
        int border = Math.Max(0, input.AsSpan().IndexOf((byte)'\n'));
        string name = Encoding.UTF8.GetString(input[..Math.Min(border, 200)]);
        using var file = new MemoryStream();
        file.Write(s_file.Value);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(name)?.Delete();
            using Stream entry = zip.CreateEntry(name.Length > 0 ? name : "empty", CompressionLevel.NoCompression).Open();
            entry.Write(input.AsSpan(Math.Min(input.Length, border + 1)));
        }

        file.Position = 0;
        try
        {
            (s_context.Model.Load(file, out _) as IDisposable)?.Dispose();
        }
        catch (Exception error) when (error.InnerException is not null)
        {
            // ML.NET wraps the errors of what it loads.
            Exception? own = error;
            while (own is not (null or InvalidDataException or FormatException))
                own = own.InnerException;
            ExceptionDispatchInfo.Throw(own ?? error.GetBaseException());
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Contents()
    {
        using var zip = new ZipArchive(new MemoryStream(s_file.Value), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.FullName.StartsWith("TransformerChain/Transform_", StringComparison.Ordinal) || entry.FullName.StartsWith(@"TransformerChain\Transform_", StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            yield return (entry.FullName, content.ToArray());
        }
    }

    private static byte[] MakeFile()
    {
        BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(Vocabulary.FromWords([Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask, "the", "##s"]));
        IHostEnvironment environment = s_context.Transforms.Text.GetHostEnvironment();
        var chain = new TransformerChain<ITransformer>(
            new BertTokenizingTransformer(environment, new TextColumns("Text", null, tokenizer, 16)), new BertLabelingTransformer(environment, LabelKeys.OfNames(["no", "yes"]), "PredictedLabel", "Score"));
        using var file = new MemoryStream();
        s_context.Model.Save(chain, null, file);
        return file.ToArray();
    }
}
