using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AcademicBert.Files;

namespace AcademicBert.Tokenization;

/// <summary>A WordPiece vocabulary: words by id, the line number in <c>vocab.txt</c>. Immutable.</summary>
public sealed class Vocabulary
{
    /// <summary>The padding word.</summary>
    public const string Pad = "[PAD]";

    /// <summary>The word for text that no other words make up.</summary>
    public const string Unknown = "[UNK]";

    /// <summary>The first word of every input.</summary>
    public const string Classification = "[CLS]";

    /// <summary>The word after every sequence of an input.</summary>
    public const string Separator = "[SEP]";

    /// <summary>The word that stands for a masked one.</summary>
    public const string Mask = "[MASK]";

    /// <summary>What a piece that continues a word starts with.</summary>
    public const string ContinuationPrefix = "##";

    /// <summary>Bytes of the longest file a vocabulary is read from.</summary>
    internal const long LongestFile = 256 << 20;

    private readonly string[] _words;
    private readonly Dictionary<string, int> _ids;

    private Vocabulary(string[] words, string origin)
    {
        _words = words;
        _ids = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        for (int id = 0; id < words.Length; id++)
            if (!_ids.TryAdd(words[id], id))
                throw new InvalidDataException($"{origin}: line {id + 1} repeats the word '{words[id]}' of line {_ids[words[id]] + 1}.");
        PadId = Require(Pad);
        UnknownId = Require(Unknown);
        ClassificationId = Require(Classification);
        SeparatorId = Require(Separator);
        MaskId = Require(Mask);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', words))));

        int Require(string word) => _ids.TryGetValue(word, out int id)
            ? id
            : throw new InvalidDataException($"{origin} has no word '{word}'; a BERT vocabulary has [PAD], [UNK], [CLS], [SEP] and [MASK], one word a line.");
    }

    /// <summary>Number of words.</summary>
    public int Count => _words.Length;

    /// <summary>All words by id.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The word of an id.</summary>
    public string this[int id] => _words[id];

    /// <summary>Id of [PAD].</summary>
    public int PadId { get; }

    /// <summary>Id of [UNK].</summary>
    public int UnknownId { get; }

    /// <summary>Id of [CLS].</summary>
    public int ClassificationId { get; }

    /// <summary>Id of [SEP].</summary>
    public int SeparatorId { get; }

    /// <summary>Id of [MASK].</summary>
    public int MaskId { get; }

    /// <summary>SHA-256, in hexadecimal, of the words joined by line feeds.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads a <c>vocab.txt</c>: UTF-8, a word a line.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A special word is missing, a word is repeated, or the file has more than 256 MB; the message names file, line and word.</exception>
    public static Vocabulary Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no vocabulary '{path}'.", path);
        if (new FileInfo(path).Length > LongestFile)
            throw new InvalidDataException($"'{path}' is no vocabulary: it has more than {LongestFile} bytes.");
        return new Vocabulary(File.ReadAllLines(path, Encoding.UTF8), $"'{path}'");
    }

    /// <summary>Makes a vocabulary of words in the order of their ids.</summary>
    /// <exception cref="InvalidDataException">A special word is missing or a word is repeated.</exception>
    public static Vocabulary FromWords(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return FromWords(words, "The vocabulary");
    }

    /// <summary>The same, with where the words are from, for messages.</summary>
    internal static Vocabulary FromWords(IEnumerable<string> words, string origin) => new([.. words], origin);

    /// <summary>Writes a <c>vocab.txt</c>, under a temporary name first.</summary>
    public void Save(string path) => NewFile.WriteText(path, string.Join('\n', _words) + "\n");

    /// <summary>Finds a word's id.</summary>
    public bool TryGetId(string word, [MaybeNullWhen(false)] out int id) => _ids.TryGetValue(word, out id);

    /// <summary>Whether the id is one of the five special words or an <c>[unusedN]</c> placeholder: never ordinary text.</summary>
    public bool IsSpecial(int id) =>
        id == PadId || id == UnknownId || id == ClassificationId || id == SeparatorId || id == MaskId
        || _words[id].StartsWith("[unused", StringComparison.Ordinal) && _words[id].EndsWith(']');
}
