using AcademicBert.Scoring;
using AcademicBert.Tests.Catalog;
using AcademicBert.Training;
using Microsoft.ML;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class TextColumnsTests
{
    [TestMethod]
    public void Read_OneSentenceOrTwo_HasAsManySeparators()
    {
        var context = new MLContext(1);
        using PretrainedBert bert = PretrainedBert.Load(TinyBert.Folder);
        IDataView rows = Row.View(context, Row.Make(1, 3));
        foreach ((string? second, int separators) in ((string?, int)[])[(null, 1), ("Sentence2", 2)])
        {
            var columns = new TextColumns("Sentence1", second, bert.Tokenizer, 32);
            using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
            TextColumns.Reader reader = columns.Open(cursor);
            Assert.IsTrue(cursor.MoveNext());
            EncodedInput read = reader.Read();
            Assert.AreEqual(separators, read.Ids.Count(id => id == bert.Tokenizer.Vocabulary.SeparatorId));
            Assert.AreEqual(second is null, read.SecondStart == read.Length);
        }
    }
}
