using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Files;
using AcademicBert.Tokenization;

namespace AcademicBert.Corpus;

/// <summary>What one of the two token stores of a corpus holds.</summary>
public sealed record StoreManifest
{
    /// <summary>Number of documents.</summary>
    public long DocumentCount { get; init; }

    /// <summary>Number of samples.</summary>
    public required long SampleCount { get; init; }

    /// <summary>Number of stored tokens, [CLS] and [SEP] around the samples not counted.</summary>
    public required long TokenCount { get; init; }

    /// <summary>Share of the slots of all samples that hold a token, [CLS] and [SEP] included.</summary>
    public required double FillRate { get; init; }

    /// <summary>XXH3 of the .tokens file (content, then header), in hexadecimal.</summary>
    public required string TokensChecksum { get; init; }

    /// <summary>XXH3 of the .samples file (content, then header), in hexadecimal.</summary>
    public required string SamplesChecksum { get; init; }
}

/// <summary>What a prepared corpus is made of and how: the content of <c>corpus.json</c>.</summary>
public sealed record CorpusManifest
{
    /// <summary>Name of the file in the corpus folder.</summary>
    public const string FileName = "corpus.json";

    /// <summary>The format version this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Format version.</summary>
    public required int Version { get; init; }

    /// <summary>What was read.</summary>
    public required string Source { get; init; }

    /// <summary>Tells the text that was read from other text; null: the source did not say.</summary>
    public string? SourceFingerprint { get; init; }

    /// <summary>Fingerprint of the tokenizer: vocabulary and options.</summary>
    public required string TokenizerFingerprint { get; init; }

    /// <summary>Options of the tokenizer; its vocabulary is <c>vocab.txt</c>.</summary>
    public required BertTokenizationOptions Tokenization { get; init; }

    /// <summary>Length of a sample in tokens, [CLS] and [SEP] counted.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>How documents became samples.</summary>
    public required PackingMode Packing { get; init; }

    /// <summary>Share of the documents held out, as asked for.</summary>
    public required double HeldOutFraction { get; init; }

    /// <summary>Probability of a shortened sample.</summary>
    public required double ShortSampleProbability { get; init; }

    /// <summary>Seed of the shortened samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether documents whose text was seen before were left out.</summary>
    public bool RemoveDuplicates { get; init; }

    /// <summary>Fewest characters of a document that was kept.</summary>
    public int MinDocumentLength { get; init; }

    /// <summary>Most characters of a document that was kept.</summary>
    public int MaxDocumentLength { get; init; } = int.MaxValue;

    /// <summary>How the vocabulary was trained from the same text; null: it was given.</summary>
    public VocabularyTrainerOptions? VocabularyTraining { get; init; }

    /// <summary>Number of documents read.</summary>
    public required long DocumentsRead { get; init; }

    /// <summary>Number of documents left out because they hold no token.</summary>
    public required long EmptyDocuments { get; init; }

    /// <summary>Number of documents left out because they are shorter or longer than asked for.</summary>
    public required long FilteredDocuments { get; init; }

    /// <summary>Number of documents left out because the same text had been read before.</summary>
    public required long DuplicateDocuments { get; init; }

    /// <summary>Number of characters (UTF-16 units) of the documents read.</summary>
    public required long Characters { get; init; }

    /// <summary>Number of sentences of the documents kept.</summary>
    public required long Sentences { get; init; }

    /// <summary>Number of tokens the tokenizer made of the documents kept; every one of them is stored.</summary>
    public required long Tokens { get; init; }

    /// <summary>How many of them are [UNK].</summary>
    public required long UnknownTokens { get; init; }

    /// <summary>How many [SEP] were put between documents in addition (packing <see cref="PackingMode.Full"/> only).</summary>
    public required long Separators { get; init; }

    /// <summary>The training samples.</summary>
    public required StoreManifest Train { get; init; }

    /// <summary>The held-out samples.</summary>
    public required StoreManifest Validation { get; init; }

    internal void Save(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, s_json) + "\n");

    internal static CorpusManifest Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder} is not a prepared corpus: {FileName} is missing. Prepare it with {nameof(CorpusBuilder)}.{nameof(CorpusBuilder.Build)}.", path);
        CorpusManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<CorpusManifest>(File.ReadAllBytes(path), s_json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: not a corpus description: {JsonFile.Problem(exception)}", exception);
        }

        if (manifest is null || manifest.Version != CurrentVersion)
            throw new InvalidDataException($"{path}: written in format version {manifest?.Version}; this version reads {CurrentVersion}. Prepare the corpus again.");
        return manifest;
    }
}
