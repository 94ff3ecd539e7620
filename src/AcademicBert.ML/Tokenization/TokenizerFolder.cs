using System.Text.Json;
using System.Text.Json.Nodes;
using AcademicBert.Files;

namespace AcademicBert.Tokenization;

/// <summary>The files of a model folder that describe its tokenizer: <c>vocab.txt</c>, <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
internal static class TokenizerFolder
{
    public const string VocabularyFile = "vocab.txt";
    private const string ConfigFile = "tokenizer_config.json";
    private const string SpecialTokensFile = "special_tokens_map.json";
    private const long LongestConfig = 16 << 20;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Writes the files into an existing folder, as Hugging Face reads them.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="longestInput">Tokens of the longest input of the model.</param>
    public static void Save(BertWordPieceTokenizer tokenizer, string folder, int longestInput)
    {
        tokenizer.Vocabulary.Save(Path.Combine(folder, VocabularyFile));
        TokenizerJson.Write(tokenizer, Path.Combine(folder, TokenizerJson.FileName));
        JsonObject special = SpecialTokens();
        Write(Path.Combine(folder, SpecialTokensFile), special);
        JsonObject config = SpecialTokens();
        config["do_lower_case"] = tokenizer.Options.LowerCase;
        config["strip_accents"] = tokenizer.Options.StripAccents;
        config["tokenize_chinese_chars"] = true;
        config["model_max_length"] = longestInput;
        config["tokenizer_class"] = "BertTokenizer";
        Write(Path.Combine(folder, ConfigFile), config);
    }

    /// <summary>Reads a tokenizer; without <c>tokenizer_config.json</c> it is uncased.</summary>
    /// <exception cref="DirectoryNotFoundException">It is that of a run that has not ended; the message says so.</exception>
    /// <exception cref="FileNotFoundException">The folder has neither <c>vocab.txt</c> nor <c>tokenizer.json</c>.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, asks for what is not supported, or the two vocabularies differ; the message names it.</exception>
    public static BertWordPieceTokenizer Load(string folder)
    {
        WorkFolder.RequireEnded(folder);
        string words = Path.Combine(folder, VocabularyFile), whole = Path.Combine(folder, TokenizerJson.FileName);
        Vocabulary? other = File.Exists(whole) ? TokenizerJson.ReadVocabulary(whole) : null;
        Vocabulary vocabulary = other is not null && !File.Exists(words) ? other : Vocabulary.Load(words);
        // A file that was cut short or edited would give every word after the place the embedding of another.
        if (other is not null && other.Fingerprint != vocabulary.Fingerprint)
            throw new InvalidDataException($"'{words}' has {vocabulary.Count} words, '{whole}' has {other.Count}, and they are not the same. Restore the model's own, or remove the file that is not the model's.");
        string path = Path.Combine(folder, ConfigFile);
        var options = new BertTokenizationOptions();
        if (File.Exists(path))
        {
            if (new FileInfo(path).Length > LongestConfig)
                throw new InvalidDataException($"'{path}' is no configuration: it has more than {LongestConfig} bytes.");
            try
            {
                JsonObject config = JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("it is not an object");
                if (config["tokenize_chinese_chars"]?.GetValue<bool>() == false)
                    throw new InvalidDataException($"'{path}': tokenize_chinese_chars is false, which is not supported: every Chinese character is a word.");
                options = new BertTokenizationOptions
                {
                    LowerCase = config["do_lower_case"]?.GetValue<bool>() ?? true,
                    StripAccents = config["strip_accents"]?.GetValue<bool>(),
                };
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                throw new InvalidDataException($"'{path}' is damaged: {JsonFile.Problem(exception)}", exception);
            }
        }

        return BertWordPieceTokenizer.Create(vocabulary, options);
    }

    private static JsonObject SpecialTokens() => new()
    {
        ["unk_token"] = Vocabulary.Unknown,
        ["sep_token"] = Vocabulary.Separator,
        ["pad_token"] = Vocabulary.Pad,
        ["cls_token"] = Vocabulary.Classification,
        ["mask_token"] = Vocabulary.Mask,
    };

    private static void Write(string path, JsonObject content) => NewFile.WriteText(path, content.ToJsonString(s_indented) + "\n");
}
