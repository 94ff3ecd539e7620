using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class WikiMarkupTests
{
    private const int Long = 300_000;

    [TestMethod]
    [DataRow("one <ref>two</ref> three", "one  three")]
    [DataRow("one <REF name=\"a\">two</Ref  > three", "one  three")]
    [DataRow("one <ref name=\"a\"/>two<ref>three</ref> four", "one two four")]
    [DataRow("one <!-- <ref> --> two", "one  two")]
    [DataRow("one <!-- two", "one <!-- two")]
    [DataRow("one <ref>two", "one two")]
    [DataRow("one <math>x</ref> two</math> three", "one  three")]
    [DataRow("[[File:a.jpg|thumb|a [[caption|long caption]]]]text", "text")]
    [DataRow("a {{cite|{{inner}}}}b", "a b")]
    public void Remove_MarkupOfEachKind_LeavesTheText(string paragraph, string text) => Assert.AreEqual(text, WikiMarkup.Remove(paragraph));

    // Each of these took time that grows with the square of its length: minutes, not milliseconds.
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = false)]
    [DataRow("<!--", "")]
    [DataRow("<ref>", "")]
    [DataRow("<math>", "</math")]
    [DataRow("[[", "]]")]
    [DataRow("{{", "}}")]
    [DataRow("[[a|", "]]")]
    [DataRow("(", " ,;")]
    public void Remove_ManyThatDoNotEnd_ComesToAnEnd(string opening, string closing)
    {
        string paragraph = Repeated(opening) + "inside" + Repeated(closing) + " text";
        if (WikiMarkup.MayBeIn(paragraph))
            Assert.Contains("text", WikiMarkup.Remove(paragraph));
    }

    private static string Repeated(string part) => string.Concat(Enumerable.Repeat(part, Long / Math.Max(1, part.Length)));
}
