using System.IO.Compression;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using AcademicBert.Finetuning;
using AcademicBert.Interop;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Model files of ML.NET that hold each of our transformers.</summary>
internal static class ModelFileTargets
{
    private static readonly MLContext s_context = new(1);
    private static readonly IHostEnvironment s_environment = s_context.Transforms.Text.GetHostEnvironment();
    private static readonly Lazy<TransformerChain<ITransformer>> s_chain = new(MakeChain);
    private static readonly Lazy<byte[]> s_file = new(() => Written("model.zip", folder => s_context.Model.Save(s_chain.Value, null, Path.Combine(folder, "model.zip"))));

    public static IEnumerable<FuzzTarget> All => [Parts(), Entries()];

    /// <summary>Our entries, read by our own readers. An input names entries and gives their new content; what is no JSON is the content of one.</summary>
    private static FuzzTarget Parts()
    {
        Dictionary<string, ModelPart> parts = ModelPart.Of(s_chain.Value, s_file.Value);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Text", TextDataViewType.Instance);
        schema.AddColumn("logits", new VectorDataViewType(NumberDataViewType.Single, 2));
        DataViewSchema columns = schema.ToSchema();
        byte[][] valid = [.. from part in parts from entry in part.Value.Entries where ModelPart.IsJson(entry.Key) select Utf8($$"""{"{{part.Key}}/{{entry.Key}}":{{Encoding.UTF8.GetString(entry.Value)}}}""")];
        return FuzzTarget.OfJson("entries of a model file", valid, (_, input) =>
        {
            Dictionary<string, byte[]> changed = Changed(input);
            if (!parts.TryGetValue(changed.Keys.FirstOrDefault("").Split('/')[0], out ModelPart? part))
                throw new InvalidDataException("There is no such part.");
            ITransformer transformer = part.Load(s_environment, changed);
            try
            {
                transformer.GetOutputSchema(columns);
            }
            catch (ArgumentOutOfRangeException)
            {
                // It reads other columns.
            }
            finally
            {
                (transformer as IDisposable)?.Dispose();
            }
        }) with
        {
            Values =
            [
                "\"Single\"", "\"Boolean\"", "\"Int32\"", "\"Byte\"", "\"Double\"", "\"UInt32\"", "[0,1]", "[0.5,1.5]", "[\"columns\"]", "\"Text\"", "16",
                """{"Count":2,"Type":"Boolean","Texts":null,"Numbers":[0,1]}""", """{"Count":2,"Type":"Single","Texts":null,"Numbers":[0.5,1]}""", """{"Count":2,"Type":"Byte","Texts":null,"Numbers":null}""",
                """{"Count":2,"Type":"Int32","Texts":null,"Numbers":[3,4]}""", """{"Count":2,"Type":"Double","Texts":null,"Numbers":[0.5,1]}""",
            ],
            Names = [.. parts.Select(part => $"\"{part.Key}/labels\"")],
        };
    }

    private static Dictionary<string, byte[]> Changed(byte[] input)
    {
        try
        {
            using JsonDocument entries = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = 512 });
            return entries.RootElement.EnumerateObject().DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, entry => Utf8(entry.Value.GetRawText()));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new Dictionary<string, byte[]> { ["BertClassification/labels"] = input };
        }
    }

    /// <summary>Every entry by the whole of ML.NET's Load, most of which is not ours. An input is the name of an entry, and its new content; the zip around it is sound.</summary>
    private static FuzzTarget Entries()
    {
        byte[][] entries = [.. Contents(s_file.Value).Where(entry => !entry.Name.EndsWith("Model.key", StringComparison.Ordinal)).Select(entry => (byte[])[.. Utf8(entry.Name + "\n"), .. entry.Content])];
        return new FuzzTarget("entries of a model file, by ML.NET", entries, (_, input) => Load(input), input => input.AsSpan().StartsWith("TransformerChain"u8))
        {
            Words = ["null", "{}", "[", "]", "\"", ":", ",", "0", "-1", "2147483648", "\0", "\n", "ACADBERT", "AcademicBert.ML"],
            Refusals = [typeof(InvalidDataException), typeof(FormatException)],
            // What is sound of the file is read too.
            Room = 32 << 20,
            AllocationMultiple = 2000,
            Slowness = 20,
        };
    }

    private static void Load(byte[] input)
    {
        (string name, byte[] content) = Split(input);
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string other, byte[] sound) in Contents(s_file.Value, "").Where(entry => entry.Name != name).Append((name.Length > 0 ? name : "empty", content)))
            {
                using Stream entry = zip.CreateEntry(other, CompressionLevel.NoCompression).Open();
                entry.Write(sound);
            }
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

    private static (string Name, byte[] Content) Split(byte[] input)
    {
        int border = Math.Max(0, input.AsSpan().IndexOf((byte)'\n'));
        return (Encoding.UTF8.GetString(input[..Math.Min(border, 200)]), input[Math.Min(input.Length, border + 1)..]);
    }

    private static IEnumerable<(string Name, byte[] Content)> Contents(byte[] file, string below = "TransformerChain/Transform_")
    {
        using var zip = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.FullName.Replace('\\', '/').StartsWith(below, StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            yield return (entry.FullName, content.ToArray());
        }
    }

    private static TransformerChain<ITransformer> MakeChain()
    {
        BertWordPieceTokenizer tokenizer = ModelFolderTargets.Tokenizer();
        var columns = new ScoringColumns("Text", null, "Score", "Label", "Probability", 0, 8, ComputePrecision.Float32);
        return new(
            new BertTokenizingTransformer(s_environment, new TextColumns("Text", null, tokenizer, 16)),
            new BertLabelingTransformer(s_environment, LabelKeys.OfNames(["no", "yes"]), "PredictedLabel", "Score"),
            new BertEmbeddingTransformer(s_environment, Bert(HeadSpec.MaskedLanguageModel), "Vector", "Text"),
            new BertFillMaskTransformer(s_environment, Bert(HeadSpec.MaskedLanguageModel), new BertFillMaskColumns("Text", "Filled", 2)),
            new BertTokenClassificationTransformer(s_environment, Bert(HeadSpec.TokenClassifier(2)), new BertTokenClassificationColumns("Text", "Label", "Score", "Words")),
            new BertClassificationTransformer(s_environment, Finetuned(2), LabelKeys.OfNames(["no", "yes"])),
            new BertBinaryClassificationTransformer(s_environment, Finetuned(2)),
            new BertRegressionTransformer(s_environment, Finetuned(1)));

        PretrainedBert Bert(HeadSpec head) => new(ModelFolderTargets.Model(head), tokenizer, "a card");

        FinetunedBert Finetuned(int outputs) => FinetunedBert.Of(Bert(HeadSpec.Classifier(outputs)), columns) with { Options = new FinetuningOptions() };
    }

    /// <summary>One of our transformers in a model file.</summary>
    private sealed record ModelPart(string Name, IModelPartFactory Factory, IReadOnlyDictionary<string, byte[]> Entries)
    {
        /// <summary>The parts of a file, by name.</summary>
        public static Dictionary<string, ModelPart> Of(IEnumerable<ITransformer> chain, byte[] file) => chain.Select((transformer, place) =>
        {
            ModelPartAttribute part = transformer.GetType().Assembly.GetCustomAttributes<ModelPartAttribute>().Single(part => part.Transformer == transformer.GetType());
            return new ModelPart(part.Name, (IModelPartFactory)Activator.CreateInstance(part.Factory)!, Contents(file, $"TransformerChain/Transform_{place:D3}/").ToDictionary(entry => entry.Name.Split('/', '\\')[^1], entry => entry.Content));
        }).ToDictionary(part => part.Name);

        /// <summary>Whether an entry is ours and JSON; the others are files of a model folder.</summary>
        public static bool IsJson(string entry) => entry is "columns" or "labels" or "finetuning" or "files";

        /// <summary>Loads the transformer with other entries, which begin with its name.</summary>
        public ITransformer Load(IHostEnvironment environment, IReadOnlyDictionary<string, byte[]> changed)
        {
            return ModelPartLoader.Load(environment, Factory, new ModelReader(TryRead, Name));

            bool TryRead(string name, Action<Stream> read)
            {
                if ((changed.GetValueOrDefault($"{Name}/{name}") ?? Entries.GetValueOrDefault(name)) is not { } entry)
                    return false;
                read(new MemoryStream(entry));
                return true;
            }
        }
    }
}
