using System.Text;
using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class TextFileSourceTests
{
    private readonly TextFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void Read_CompressedFileThatIsCutShort_IsRefused()
    {
        string whole = _folder.WriteCompressed("whole.txt.gz", string.Join('\n', Enumerable.Range(0, 3000).Select(line => $"line {line} {line * 7919 % 1000}")));
        byte[] bytes = File.ReadAllBytes(whole);
        for (int length = 0; length < bytes.Length; length += 97)
        {
            string cut = _folder.Write("cut.txt.gz", bytes[..length]);
            Assert.Contains("cut.txt.gz: the compressed data is", Assert.ThrowsExactly<InvalidDataException>(() => new TextFileSource(cut).Read().Count(), $"{length} bytes").Message);
        }

        string twice = _folder.Write("twice.txt.gz", [.. bytes, .. bytes]);
        Assert.AreEqual(1, new TextFileSource(twice).Read().Count(), "parts one after the other are one text");
    }

    [TestMethod]
    public void Read_Folder_TakesTextFilesInOrdinalOrderOfTheirPaths()
    {
        _folder.Write("b.txt", "second");
        _folder.Write("a/z.txt", "first");
        _folder.WriteCompressed("c.txt.gz", "third");
        _folder.Write("picture.png", "not text");
        _folder.Write("d", "fourth");
        Assert.AreSequenceEqual(["first", "second", "third", "fourth"], Texts(_folder.Path));
    }

    [TestMethod]
    public void LeftOut_FolderWithOtherFiles_NamesThoseThatAreNotRead()
    {
        _folder.Write("a.txt", "read");
        _folder.Write("b.xml", "not read");
        _folder.Write("c/d.md", "named besides");
        Assert.AreSequenceEqual([_folder["b.xml"], _folder["c/d.md"]], new TextFileSource(_folder.Path).LeftOut);
        Assert.AreSequenceEqual([_folder["b.xml"]], new TextFileSource([_folder.Path, _folder["**/*.md"]]).LeftOut);
        Assert.IsEmpty(new TextFileSource(_folder["*.txt"]).LeftOut);
    }

    [TestMethod]
    public void Read_RunsCorporaAndModelsBelowTheFolder_AreNoText()
    {
        _folder.Write("a.txt", "text");
        _folder.Write("site/config.json", "{ \"text\": \"of somebody else\" }");
        foreach (string mark in (string[])["runs/first/options.json", "corpus/corpus.json", "model/config.json"])
            _folder.Write(mark, "{}");
        _folder.Write("runs/first/model/vocab.txt", "[PAD]");
        _folder.Write("corpus/vocab.txt", "[PAD]");
        _folder.Write("model/vocab.txt", "[PAD]");
        var source = new TextFileSource(_folder.Path);
        Assert.AreSequenceEqual(["text", "of somebody else"], source.Read().Select(document => document.Text));
        Assert.AreSequenceEqual([_folder["corpus"], _folder["model"], _folder["runs/first"]], source.LeftOutFolders);
        Assert.AreSequenceEqual(["text"], Texts(_folder["**/*.txt"]));
        Assert.AreSequenceEqual(["[PAD]"], Texts(_folder["model/*.txt"]), "who names one means it");
    }

    [TestMethod]
    public void Read_Pattern_TakesWhatMatches()
    {
        _folder.Write("x/1.md", "one");
        _folder.Write("x/y/2.md", "two");
        _folder.Write("x/3.txt", "three");
        Assert.AreSequenceEqual(["one", "two"], Texts(_folder["**/*.md"]));
        Assert.AreSequenceEqual(["one", "three"], Texts(_folder["x/*"]));
    }

    [TestMethod]
    public void Read_BlankLineSeparated_MakesADocumentOfEachBlock()
    {
        string file = _folder.Write("blocks.txt", "one\nstill one\n\n  \n\ntwo\r\n\r\nthree");
        var source = new TextFileSource(file, new TextFileOptions { Layout = TextLayout.BlankLineSeparated });
        Assert.AreSequenceEqual(["one\nstill one", "two", "three"], source.Read().Select(document => document.Text));
        Assert.AreEqual(file + ":6", source.Read().ElementAt(1).Source);
    }

    [TestMethod]
    public void Read_WrappedBook_JoinsTheLinesOfAParagraph()
    {
        string file = _folder.Write("book.txt", "It was\nlate.\n\nHe\nleft.");
        Assert.AreEqual("It was late.\nHe left.", new TextFileSource(file, new TextFileOptions { JoinWrappedLines = true }).Read().Single().Text);
    }

    [TestMethod]
    public void Read_WikiExtractor_DropsTitleAndMarkup()
    {
        string file = _folder.Write("wiki_00", "<doc id=\"1\" url=\"u\" title=\"Bread &amp; butter\">\nBread &amp; butter\n\nBread is food.&lt;br&gt; It is old.\n\n</doc>\n<doc id=\"2\" url=\"u\" title=\"Water\">\nWater\n\nWater is wet.\n</doc>\n");
        string[] texts = [.. Texts(file)];
        Assert.HasCount(2, texts);
        Assert.StartsWith("Bread is food.", texts[0]);
        Assert.DoesNotContain("Bread &amp; butter", texts[0]);
        Assert.AreEqual("Water is wet.", texts[1]);
    }

    [TestMethod]
    public void Read_TruncatedWikiExtractor_NamesFileAndLine()
    {
        string file = _folder.Write("wiki_00", "<doc id=\"1\" title=\"A\">\nA\n\ntext");
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Texts(file).Count()).Message;
        Assert.Contains("wiki_00", message);
        Assert.Contains("truncated", message);
    }

    [TestMethod]
    public void Read_JsonLines_TakesTheNamedField()
    {
        string file = _folder.Write("a.jsonl", "{\"id\": 1, \"body\": \"one \\u00e9\"}\n\n{\"body\": \"two\", \"tags\": [{\"body\": \"no\"}]}\n");
        Assert.AreSequenceEqual(["one é", "two"], new TextFileSource(file, new TextFileOptions { JsonTextField = "body" }).Read().Select(document => document.Text));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Texts(file).Count()).Message;
        Assert.Contains("line 1", message);
        Assert.Contains("'text'", message);
    }

    [TestMethod]
    [DataRow("{\"text\": \"one\"}\n[1]", "line 2")]
    [DataRow("{\"text\": 3}", "not a string")]
    [DataRow("{\"text\": \"one\"", "not valid JSON")]
    public void Read_DamagedJsonLines_NamesTheLine(string content, string expected) =>
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => Texts(_folder.Write("a.jsonl", content)).Count()).Message);

    [TestMethod]
    [DataRow("a.csv", "id,text\n1,\"one, \"\"and\"\"\nmore\"\n\n2,two\n", null, "one, \"and\"\nmore", DisplayName = "commas and quotes")]
    [DataRow("a.csv.gz", "id;text\n1;one\n2;two\n", ';', "one", DisplayName = "another separator, compressed")]
    [DataRow("a.tsv", "text\tid\n\"one\t1\ntwo\t2", null, "\"one", DisplayName = "tabs, of which quotes mean nothing")]
    public void Read_Table_MakesADocumentOfEachRow(string name, string content, char? separator, string first)
    {
        string file = name.EndsWith(".gz", StringComparison.Ordinal) ? _folder.WriteCompressed(name, content) : _folder.Write(name, content);
        var source = new TextFileSource(file, new TextFileOptions { Separator = separator });
        Assert.AreSequenceEqual([first, "two"], source.Read().Select(document => document.Text));
        Assert.AreEqual(file + ":2", source.Read().First().Source);
    }

    [TestMethod]
    [DataRow("id,body\n1,one", "there is no column 'text' (TextFileOptions.Column). The columns are 'id', 'body'.")]
    [DataRow("id;text\n1;one", "set TextFileOptions.Separator to \";\"")]
    [DataRow("id,text\n1,one\n2", "line 3: has 1 columns, there should be 2")]
    [DataRow("", "is empty")]
    public void Read_TableThatDoesNotFit_NamesLineAndOption(string content, string expected) =>
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => Texts(_folder.Write("a.csv", content)).Count()).Message);

    [TestMethod]
    public void Read_FolderWithTables_TakesThemWhereTheyAreAskedForOnly()
    {
        _folder.Write("a.txt", "one");
        _folder.Write("b.csv", "body\ntwo\n");
        Assert.AreSequenceEqual(["one"], Texts(_folder.Path));
        Assert.AreSequenceEqual(["two"], new TextFileSource(_folder.Path, new TextFileOptions { Layout = TextLayout.Table, Column = "body" }).Read().Select(document => document.Text));
    }

    [TestMethod]
    [DataRow("", null, "Column")]
    [DataRow("text", '"', "Separator")]
    public void Validate_OptionOfATableOutOfRange_NamesIt(string column, char? separator, string option) =>
        Assert.AreEqual(option, Assert.ThrowsExactly<ArgumentException>(new TextFileOptions { Column = column, Separator = separator }.Validate).ParamName);

    [TestMethod]
    public void Read_ByteOrderMark_IsNoText() =>
        Assert.AreEqual("text", Texts(_folder.Write("bom.txt", [0xEF, 0xBB, 0xBF, .. "text"u8])).Single());

    [TestMethod]
    public void Read_NotUtf8_NamesFileAndOffsetOrReplacesByOption()
    {
        string file = _folder.Write("latin.txt", [.. "caf"u8, 0xE9, .. " noir"u8]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Texts(file).Count()).Message;
        Assert.Contains("latin.txt", message);
        Assert.Contains("offset 3", message);
        Assert.AreEqual("caf\uFFFD noir", new TextFileSource(file, new TextFileOptions { ReplaceInvalidBytes = true }).Read().Single().Text);
        string table = _folder.Write("latin.csv", [.. "text\ncaf"u8, 0xE9, .. " noir"u8]);
        Assert.Contains("line 2", Assert.ThrowsExactly<InvalidDataException>(() => Texts(table).Count()).Message);
        Assert.AreEqual("caf\uFFFD noir", new TextFileSource(table, new TextFileOptions { ReplaceInvalidBytes = true }).Read().Single().Text);
    }

    [TestMethod]
    public void Constructor_NothingThere_NamesThePath()
    {
        Assert.Contains("absent", Assert.ThrowsExactly<FileNotFoundException>(() => new TextFileSource(_folder["absent"])).Message);
        Assert.Contains("*.md", Assert.ThrowsExactly<FileNotFoundException>(() => new TextFileSource(_folder["*.md"])).Message);
        _folder.Write("picture.png", "x");
        Assert.Contains("no text file", Assert.ThrowsExactly<FileNotFoundException>(() => new TextFileSource(_folder.Path)).Message);
    }

    [TestMethod]
    public void Read_FileNamedTwice_IsReadOnce()
    {
        string file = _folder.Write("a.txt", "once");
        Assert.AreEqual("once", new TextFileSource([file, _folder.Path]).Read().Single().Text);
    }

    [TestMethod]
    public void Read_LongLineAcrossBufferBorders_KeepsEveryCharacter()
    {
        string text = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"é{i} "));
        Assert.AreEqual(text.TrimEnd(), Texts(_folder.Write("long.txt", text)).Single().TrimEnd());
    }

    private static IEnumerable<string> Texts(string path) => new TextFileSource(path).Read().Select(document => document.Text);
}
