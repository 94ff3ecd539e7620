using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

[TestClass]
public sealed class SentenceSplitterTests
{
    [TestMethod]
    [DataRow("He left. She stayed.|He left.|She stayed.")]
    [DataRow("Dr. Smith met Mrs. Jones. They talked.|Dr. Smith met Mrs. Jones.|They talked.")]
    [DataRow("It cost 3.50 dollars. That was much.|It cost 3.50 dollars.|That was much.")]
    [DataRow("J. R. R. Tolkien wrote it. It sold well.|J. R. R. Tolkien wrote it.|It sold well.")]
    [DataRow("\"Stop!\" he said. \"Why?\" she asked.|\"Stop!\" he said.|\"Why?\" she asked.")]
    [DataRow("He said \"no.\" Then he left.|He said \"no.\"|Then he left.")]
    [DataRow("Really?! Yes.|Really?!|Yes.")]
    [DataRow("Well... maybe not. Or so.|Well... maybe not.|Or so.")]
    [DataRow("See e.g. the first part. It is short.|See e.g. the first part.|It is short.")]
    [DataRow("In the U.S. Army he rose. He retired.|In the U.S. Army he rose.|He retired.")]
    [DataRow("A heading\nThe text begins. It ends|A heading|The text begins.|It ends")]
    [DataRow("It is old.[12] It is known.|It is old.[12]|It is known.")]
    [DataRow("Visit example.com today. Bye.|Visit example.com today.|Bye.")]
    [DataRow("1. First item. 2. Second item.|1. First item.|2. Second item.")]
    public void Split_Sentence_EndsWhereAReaderEndsIt(string textAndSentences)
    {
        string[] parts = textAndSentences.Split('|');
        Assert.AreSequenceEqual(parts[1..], SentenceSplitter.Split(parts[0]));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("  \n\t ")]
    public void Split_BlankText_HasNoSentence(string text) => Assert.IsEmpty(SentenceSplitter.Split(text));

    [TestMethod]
    public void Split_AnyText_LosesNoCharacter()
    {
        string[] pieces = ["Mr.", " ", "\n", "...", "\"", "a", "B.", "?!", "12.5", "[3]", "é", " U.S. ", "”", "I.", ")"];
        var random = new Random(7);
        List<int> ends = [];
        for (int trial = 0; trial < 2000; trial++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            SentenceSplitter.Split(text, ends);
            int start = 0;
            foreach (int end in ends)
            {
                Assert.IsFalse(string.IsNullOrWhiteSpace(text[start..end]), text);
                start = end;
            }

            Assert.IsTrue(string.IsNullOrWhiteSpace(text[start..]), text);
        }
    }
}
