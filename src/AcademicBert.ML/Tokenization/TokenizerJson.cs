using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Files;

namespace AcademicBert.Tokenization;

/// <summary>The tokenizer as one file, <c>tokenizer.json</c>, as Hugging Face's fast tokenizers read it.</summary>
internal static class TokenizerJson
{
    public const string FileName = "tokenizer.json";

    private const int MaxWordCharacters = 100;

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file, under a temporary name first.</summary>
    public static void Write(BertWordPieceTokenizer tokenizer, string path)
    {
        Vocabulary vocabulary = tokenizer.Vocabulary;
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. SpecialIds(vocabulary).Order().Select(id => new JsonObject
            {
                ["id"] = id, ["content"] = vocabulary[id], ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
            })]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = tokenizer.Options.StripAccents, ["lowercase"] = tokenizer.Options.LowerCase,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(Special(Vocabulary.Classification, 0), Sequence("A", 0), Special(Vocabulary.Separator, 0)),
                ["pair"] = new JsonArray(
                    Special(Vocabulary.Classification, 0), Sequence("A", 0), Special(Vocabulary.Separator, 0), Sequence("B", 1), Special(Vocabulary.Separator, 1)),
                ["special_tokens"] = new JsonObject
                {
                    [Vocabulary.Classification] = Template(Vocabulary.Classification, vocabulary.ClassificationId),
                    [Vocabulary.Separator] = Template(Vocabulary.Separator, vocabulary.SeparatorId),
                },
            },
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = Vocabulary.ContinuationPrefix, ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = Vocabulary.Unknown,
                ["continuing_subword_prefix"] = Vocabulary.ContinuationPrefix,
                ["max_input_chars_per_word"] = MaxWordCharacters,
                ["vocab"] = new JsonObject(vocabulary.Words.Select((word, id) => KeyValuePair.Create(word, (JsonNode?)id))),
            },
        };
        NewFile.WriteText(path, json.ToJsonString(s_readable) + "\n");
    }

    /// <summary>Reads the vocabulary of a file; normalization is read from <c>tokenizer_config.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of another kind of tokenizer; the message names it.</exception>
    public static Vocabulary ReadVocabulary(string path)
    {
        if (new FileInfo(path).Length > Vocabulary.LongestFile)
            throw new InvalidDataException($"'{path}' has more than {Vocabulary.LongestFile} bytes.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement model = document.RootElement.GetProperty("model");
            if (model.GetProperty("type").GetString() is var type && type != "WordPiece")
                throw new InvalidDataException($"'{path}': a tokenizer of type '{type}' is not supported; WordPiece is.");
            var words = new SortedDictionary<int, string>();
            foreach (JsonProperty word in model.GetProperty("vocab").EnumerateObject())
                if (!words.TryAdd(word.Value.GetInt32(), word.Name))
                    throw new InvalidDataException($"'{path}': the words '{words[word.Value.GetInt32()]}' and '{word.Name}' have one id.");
            if (words.Count == 0 || words.Keys.First() != 0 || words.Keys.Last() != words.Count - 1)
                throw new InvalidDataException($"'{path}': the ids of its {words.Count} words are not 0 to {words.Count - 1}.");
            return Vocabulary.FromWords(words.Values, $"'{path}'");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {JsonFile.Problem(error)}", error);
        }
    }

    private static int[] SpecialIds(Vocabulary vocabulary) =>
        [vocabulary.PadId, vocabulary.UnknownId, vocabulary.ClassificationId, vocabulary.SeparatorId, vocabulary.MaskId];

    private static JsonObject Special(string word, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = word, ["type_id"] = type } };

    private static JsonObject Sequence(string id, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };

    private static JsonObject Template(string word, int id) => new() { ["id"] = word, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(word) };
}
