using System.IO.Compression;
using System.Text;
using AcademicBert.Tables;

namespace AcademicBert.Tests.Tables;

[TestClass]
public sealed class TableReaderTests
{
    private static readonly PredictionOptions s_pairs = new() { SecondText = "other" };

    private readonly string _folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("x.csv", "text;label", "Columns seem to be separated by ';': set TableOptions.Separator to \";\".")]
    [DataRow("x.csv", "text\tlabel", "Columns seem to be separated by tabs: set TableOptions.Format to Tsv.")]
    [DataRow("x.tsv", "text,label", "Columns seem to be separated by ',': set TableOptions.Format to Csv.")]
    public void Read_HeaderThatIsNotTakenApart_SaysByWhatItWouldBe(string name, string header, string message)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllLines(file, [header, "a"]);
        Assert.Contains(message, Assert.ThrowsExactly<InvalidDataException>(() => TableReader.Read(file, new PredictionOptions()).ToList()).Message);
    }

    [TestMethod]
    public void Read_ColumnThatIsThereTwice_IsRefusedWhereItIsWanted()
    {
        string file = Write("x.csv", "text,other, text ,id,id\na,b,c,d,e\n");
        Assert.Contains("x.csv, line 1: the columns 1 and 3 are both called 'text'. Rename", Assert.ThrowsExactly<InvalidDataException>(() => TableReader.Read(file, new PredictionOptions()).ToList()).Message);
        Assert.AreEqual("b", TableReader.Read(file, new PredictionOptions { Text = "other" }).Single().Text);
    }

    [TestMethod]
    [DataRow("x.csv", "id,text,other\n1,\"one, two\",three\n", "one, two", "three", DisplayName = "comma in quotes")]
    [DataRow("x.csv", "text,other\r\n\"he said \"\"no\"\"\",\"\"\r\n", "he said \"no\"", "", DisplayName = "doubled quotes, an empty field, CR LF")]
    [DataRow("x.csv", "text,other\n\"first\nsecond\",\"a\n\n\"\"b\"\"\"", "first\nsecond", "a\n\n\"b\"", DisplayName = "line ends in quotes, none at the end")]
    [DataRow("x.csv", "\"text\",other\n6\" nails,5'\n", "6\" nails", "5'", DisplayName = "a quoted column name, a quote within a field")]
    [DataRow("x.csv", "\uFEFFtext,other\na,b\n\n", "a", "b", DisplayName = "byte order mark, an empty line at the end")]
    [DataRow("x.tsv", "text\tother\n\"He said\tno\"\n", "\"He said", "no\"", DisplayName = "tabs: quotes mean nothing")]
    public void Read_WhatEndsInCsvOrTsv_IsReadAsItsNameSays(string file, string content, string text, string second)
    {
        TextRow row = TableReader.Read(Write(file, content), s_pairs).Single();
        Assert.AreEqual((text, second), (row.Text, row.SecondText));
    }

    [TestMethod]
    public void Read_OtherSeparatorAndFormat_AreThoseAskedFor()
    {
        Assert.AreEqual("a,\nb", TableReader.Read(Write("x.txt", "other;text\n1;\"a,\nb\"\n"), new PredictionOptions { Format = TableFormat.Csv, Separator = ';' }).Single().Text);
        Assert.AreEqual("\"a", TableReader.Read(Write("x.csv", "text|other\n\"a|b\n"), new PredictionOptions { Format = TableFormat.Tsv, Separator = '|' }).Single().Text);
    }

    [TestMethod]
    public void Read_AnyOtherFile_IsATextForEachLineAlsoWhereItIsEmpty() =>
        Assert.AreSequenceEqual(["text\tother", "", "\"last"], TableReader.Read(Write("x.txt", "text\tother\n\n\"last"), new PredictionOptions()).Select(row => row.Text));

    [TestMethod]
    public void Read_EmptyLinesBetweenColumns_AreReadOverWithLittleMemory()
    {
        const int Lines = 100_000, BytesOfALine = 64;
        string path = Write("x.csv", $"text,other\na,b\n{new string('\n', Lines)}c,d\n");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreSequenceEqual(["a", "c"], TableReader.Read(path, s_pairs).Select(row => row.Text));
        Assert.IsLessThan(Lines * BytesOfALine, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Read_CompressedFileAndStream_GiveTheSameRows()
    {
        string path = Path.Combine(_folder, "x.tsv.gz");
        using (var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            zip.Write("text\nä\n"u8);
        Assert.AreEqual("ä", TableReader.Read(path, new PredictionOptions()).Single().Text);
        Assert.AreEqual("ä", TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes("ä\n")), "standard input", new PredictionOptions()).Single().Text);
    }

    [TestMethod]
    public void Read_LineOfTenMegabytes_IsRead()
    {
        string text = new('x', 10_000_000);
        Assert.AreEqual(text, TableReader.Read(Write("x.csv", $"text,other\n\"{text}\",b\n"), s_pairs).Single().Text);
    }

    [TestMethod]
    public void Read_ManyRows_TakesOnlyWhatIsAskedFor()
    {
        string path = Write("x.tsv", "text\na\nb\nbroken\tline\n");
        Assert.AreSequenceEqual(["a", "b"], TableReader.Read(path, new PredictionOptions()).Take(2).Select(row => row.Text));
    }

    [TestMethod]
    [DataRow("x.csv", "1,a fine film\n", "x.csv, line 1: there are no columns 'text' (TableOptions.Text), 'other' (TableOptions.SecondText). The columns are '1', 'a fine film'. If this line is a row already, write one above it that names the columns.")]
    [DataRow("x.csv", "id,txt\n1,a\n", "x.csv, line 1: there are no columns 'text' (TableOptions.Text; did you mean 'txt'?), 'other' (TableOptions.SecondText). The columns are 'id', 'txt'.")]
    [DataRow("x.csv", "", "x.csv: is empty")]
    [DataRow("x.csv", "text,other\ra,b\rc,d\r", "x.csv: its lines end in carriage returns alone")]
    [DataRow("x.csv", "text,other\na,b\n\"c\n\nd,e\n", "x.csv, line 3, column 1: the quote that opens the field is not closed")]
    [DataRow("x.csv", "text,other\na,\"b\" c\n", "x.csv, line 2, column 2: text follows the quote")]
    [DataRow("x.csv", "text,other\n\"a\nb\",c\nd\n", "x.csv, line 4: has 1 columns, there should be 2")]
    [DataRow("x.tsv", "text\tother\na\tb\tc\n", "x.tsv, line 2: has 3 columns, there should be 2")]
    public void Read_MalformedFile_IsRefusedWithFileLineAndColumn(string file, string content, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<InvalidDataException>(() => TableReader.Read(Write(file, content), s_pairs).ToList()).Message);

    [TestMethod]
    public void Read_BytesThatAreNoUtf8_AreRefusedWithTheLine()
    {
        string path = Path.Combine(_folder, "x.csv");
        File.WriteAllBytes(path, [.. "text,other\na,"u8, 0xE4, (byte)'\n']);
        Assert.Contains("x.csv, line 2: byte 0xE4 at offset 13 is not UTF-8", Assert.ThrowsExactly<InvalidDataException>(() => TableReader.Read(path, s_pairs).ToList()).Message);
    }

    [TestMethod]
    public void Read_NoFile_SaysSoAtOnce() =>
        Assert.Contains("nothing.tsv", Assert.ThrowsExactly<FileNotFoundException>(() => TableReader.Read(Path.Combine(_folder, "nothing.tsv"), s_pairs)).Message);

    private string Write(string file, string content)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllText(path, content);
        return path;
    }
}
