using System.IO.Compression;
using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Distributed.Tcp;
using AcademicBert.Glue;
using AcademicBert.Tables;
using AcademicBert.Tokenization;
using static AcademicBert.Tests.Fuzzing.FuzzFiles;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Text formats.</summary>
internal static class TextTargets
{
    private const string Wiki = """
        <doc id="1" url="https://example.org/?curid=1" title="Bread &amp; butter">
        Bread &amp; butter

        Bread is [[food|a food]]. {{cite|x={{y}}}} It is old<ref name="a">b</ref>, (; , ) &lt;br&gt; and <i>good</i>.
        <!-- a --> <math>x</math> [[File:a.jpg|thumb|[[Bread]]]] <ref name="b"/>

        Algeria (; , ) is large.

        </doc>
        <doc id="2" title="Water">
        Water

        Water is wét – or not.
        </doc>

        """;

    private static readonly TextFileOptions[] s_plain =
    [
        new() { Layout = TextLayout.BlankLineSeparated }, new() { Layout = TextLayout.DocumentPerLine }, new() { JoinWrappedLines = true }, new() { ReplaceInvalidBytes = true },
    ];

    // Byte order marks of UTF-16, and the beginning of a character.
    private static readonly byte[][] s_marks = [[0xFF, 0xFE], [0xFE, 0xFF], [0xC3]];

    // Longer than a reader's buffer, and not so even that a small input makes gigabytes of it.
    private static readonly string s_longLine = string.Concat(Enumerable.Repeat(new string([.. new Random(1).GetItems("abcdefgh".AsSpan(), 1000)]), 300));

    private static readonly string[] s_special = [Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask];

    public static IEnumerable<FuzzTarget> All => [VocabularyFile(), GlueTsv(), LabelledCsv(), Table(), WikiExtractor(), JsonLines(), Plain(), Gzip(), Environment()];

    private static FuzzTarget VocabularyFile() => new(
        "vocabulary", [Utf8("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##s\nbread\n.\n[unused1]\n"), Utf8("a\nb\n##c\n[MASK]\n[UNK]\n[SEP]\n[CLS]\n[PAD]\né\n好\n##é")],
        (folder, input) =>
        {
            BertWordPieceTokenizer tokenizer = BertWordPieceTokenizer.Create(Vocabulary.Load(Put(folder, "vocab.txt", input)));
            for (int id = 0; id < tokenizer.Vocabulary.Count; id++)
            {
                string word = tokenizer.Vocabulary[id];
                if (!tokenizer.Vocabulary.TryGetId(word, out int same) || same != id)
                    throw new InvalidOperationException($"Word {id} is not found again.");
                if (s_special.Contains(word) && !tokenizer.Vocabulary.IsSpecial(id))
                    throw new InvalidOperationException($"{word} is taken for ordinary text.");
            }
        },
        input => Has(input, s_special))
    {
        Repair = input => [.. input, .. Utf8(string.Concat(s_special.Where(word => !Has(input, word)).Select(word => "\n" + word)))],
        Words = ["[PAD]\n", "[MASK]", "\n", "\r\n", "\r", "##", "###", "[unused", "]", "\ufeff", "\0"],
    };

    private static FuzzTarget GlueTsv() => new(
        "GLUE TSV", [Utf8("sentence\tlabel\nit is good\t1\n\"it is bad\t0\r\n"), Utf8("index\tsentence1\tsentence2\tscore\n0\ta\tb\t3.5\n1\tc\td\t0\n"), Utf8("index\tsentence\n0\tgood\n1\tbad\n")],
        (folder, input) =>
        {
            string path = Put(folder, "a.tsv", input);
            ReadByAll(
                () => GlueFile.Read(path, GlueTask.Find("SST-2"), labelled: true),
                () => GlueFile.Read(path, GlueTask.Find("STS-B"), labelled: true, skipBrokenRows: true),
                () => GlueFile.Read(path, GlueTask.Find("SST-2"), labelled: false),
                () => GlueFile.Read(path, GlueTask.Find("CoLA"), labelled: true, skipBrokenRows: true));
        },
        input => Has(input, "sentence", "\t", "\n"))
    {
        Words = ["\t", "\n", "\r\n", "sentence", "label", "index", "\t1\n", "NaN", "1e999", "\ufeff", "\"", "\0", "5.0000001"],
        // A message for each line that is left out.
        AllocationMultiple = 1000,
    };

    private static FuzzTarget LabelledCsv() => new(
        "labelled CSV", [Utf8("text,label\n\"good, \"\"very\"\" good\",1\nbad,0\r\n\"two\nlines\",1\n"), Utf8("id,label,text\n1,a,\"b\"\n2,,c\n")],
        (folder, input) => TableReader.ReadLabelled(Put(folder, "a.csv", input), new FinetuningRecipe(), "label", CancellationToken.None), input => Has(input, "text", "label", ",", "\n"))
    {
        Words = [",", "\"", "\"\"", "\"\n", "\n", "\r\n", "\r", "text", "label", "\ufeff", "\0", "\t"],
    };

    /// <summary>Rows to predict, of every format.</summary>
    private static FuzzTarget Table() => new(
        "table", [Utf8("text;other\n\"good; \"\"very\"\" good\";a\nbad;b\r\n"), Utf8("id\ttext\n1\ta \"b\"\n2\tc\n"), Utf8("good\nbad\n\nneither\n")],
        (folder, input) =>
        {
            string tabs = Put(folder, "a.tsv", input), lines = Put(folder, "a.txt", input);
            var recipe = new FinetuningRecipe();
            ReadByAll(
                () => Count(TableReader.Read(tabs, new PredictionOptions())), () => Count(TableReader.Read(lines, new PredictionOptions())),
                () => Count(TableReader.Read(new MemoryStream(input), "standard input", new PredictionOptions { Format = TableFormat.Csv, Separator = ';', SecondText = "other" })),
                () => TableReader.ReadLabelled(tabs, recipe, "label", CancellationToken.None), () => TableReader.ReadLabelled(lines, recipe, "label", CancellationToken.None),
                () => Read(folder, "c.csv", input, new TextFileOptions { ReplaceInvalidBytes = true }), () => Read(folder, "c.tsv", input, new TextFileOptions { Column = "other" }));

            static void Count(IEnumerable<TextRow> rows)
            {
                foreach (TextRow row in rows)
                    ArgumentNullException.ThrowIfNull(row.Text);
            }
        },
        input => Has(input, "\n"))
    {
        // Seven readers.
        AllocationMultiple = 700,
        Words = [";", "\t", "\"", "\"\"", "\"\n", "\n", "\r\n", "\r", "text", "label", "other", "\ufeff", "\0"],
        Bytes = s_marks,
    };

    private static FuzzTarget WikiExtractor() => new(
        "WikiExtractor", [Utf8(Wiki)], (folder, input) => Read(folder, "wiki_00", input, new TextFileOptions()), input => Has(input, "<doc ", "</doc>"))
    {
        Words = ["<doc ", "</doc>\n", ">", "title=\"", "\"", "[[", "]]", "{{", "}}", "|", "<ref>", "</ref>", "<ref ", "<!--", "-->", "<math>", "</math>", "&lt;", "&#xFFFFFFFF;", "&#0;", "&", "(", ")", ";", "\n", "File:", " "],
    };

    private static FuzzTarget JsonLines() => new(
        "JSON lines", [Utf8("{\"id\": 1, \"text\": \"one \\u00e9\"}\n\n{\"text\": \"two\", \"tags\": [{\"text\": \"no\"}]}\n")], 
        (folder, input) => ReadByAll(() => Read(folder, "a.jsonl", input, new TextFileOptions { Layout = TextLayout.JsonLines }), () => Read(folder, "a.jsonl", input, new TextFileOptions { ReplaceInvalidBytes = true })),
        input => Has(input, "{\"", "text"))
    {
        Words = ["{", "}", "[", "]", "\"text\":", "\"", "\\u00e9", "\\ud800", "\\", "null", "1e999", ",", "\n", "{\"text\":\"a\"}\n", "\ufeff"],
        Bytes = s_marks,
    };

    /// <summary>Text in every layout that has no markup.</summary>
    private static FuzzTarget Plain() => new(
        "text", [Utf8("one\nstill one\n\n  \n\ntwo\r\n\r\nthree"), [0xEF, 0xBB, 0xBF, .. Utf8("bom")]],
        (folder, input) => ReadByAll([.. s_plain.Select(options => (Action)(() => Read(folder, "a.txt", input, options)))]), input => input.Length > 0)
    {
        Words = ["\n", "\r\n", "\r", "\ufeff", "\u2028", "\0"],
        Bytes = s_marks,
    };

    private static FuzzTarget Gzip() => new(
        "gzip", [Zip(Wiki, CompressionLevel.NoCompression), Zip(Wiki, CompressionLevel.Optimal), [.. Zip("one\n\ntwo", CompressionLevel.Fastest), .. Zip("three", CompressionLevel.NoCompression)], Zip(s_longLine, CompressionLevel.Optimal)],
        (folder, input) => Read(folder, "a.txt.gz", input, new TextFileOptions { Layout = TextLayout.BlankLineSeparated }), input => input.AsSpan().StartsWith<byte>([0x1F, 0x8B, 8]))
    {
        Words = ["\u001f", "\n"],
        // Deflate makes up to 1,032 bytes of one; they are read, and are characters, in buffers that double, and a text.
        AllocationMultiple = 1032 * 14,
    };

    /// <summary>What launchers say of the ranks: a line for each variable.</summary>
    private static FuzzTarget Environment() => new(
        "environment of launchers",
        [
            Utf8("WORLD_SIZE=4\nRANK=1\nLOCAL_RANK=1\nMASTER_ADDR=node1\nMASTER_PORT=29400"),
            Utf8("SLURM_STEP_NUM_TASKS=16\nSLURM_PROCID=3\nSLURM_LOCALID=1\nSLURM_STEP_NODELIST=gpu[003-006,9]-b,gpu12\nSLURM_JOB_ID=123456"),
            Utf8("SLURM_STEP_NUM_TASKS=2\nSLURM_PROCID=0\nSLURM_JOB_NODELIST=a,b\nSLURM_JOB_ID=0"),
        ],
        (_, input) =>
        {
            var variables = new Dictionary<string, string>();
            foreach (string line in Encoding.UTF8.GetString(input).Split('\n'))
                variables[line.Split('=')[0]] = line[Math.Min(line.Length, line.IndexOf('=') + 1)..];
            if (Rendezvous.Of(variables.GetValueOrDefault) is { } place
                && (place.Size < 2 || place.Rank < 0 || place.Rank >= place.Size || place.LocalRank < 0 || place.Port is < 1 or > 65535 || string.IsNullOrWhiteSpace(place.Host)))
                throw new ArgumentException($"{place} is no place to meet.");
        },
        input => Has(input, "WORLD_SIZE=") || Has(input, "SLURM_STEP_NUM_TASKS=", "SLURM_PROCID="))
    {
        Words = ["\n", "=", "[", "]", ",", "-", " ", "RANK=", "WORLD_SIZE=2", "MASTER_PORT=", "MASTER_PORT=65536", "MASTER_ADDR=", "SLURM_JOB_ID=2147483648", "SLURM_STEP_NODELIST=[", "SLURM_STEP_NODELIST=,"],
        Refusals = [typeof(InvalidOperationException)],
    };

    private static void Read(string folder, string name, byte[] input, TextFileOptions options)
    {
        foreach (Document document in new TextFileSource(Put(folder, name, input), options).Read())
            ArgumentNullException.ThrowIfNull(document.Text);
    }

    private static byte[] Zip(string text, CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, level, leaveOpen: true))
            gzip.Write(Utf8(text));
        return bytes.ToArray();
    }
}
