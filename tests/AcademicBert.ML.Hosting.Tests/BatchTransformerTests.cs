using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Hosting;

[TestClass]
public sealed class BatchTransformerTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    public void Transform_BeforeAValueIsRead_ScoresNothing()
    {
        TextMeasure measure = Measure();
        IDataView scored = measure.Transform(Documents(10));
        Assert.IsEmpty(measure.Batches);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsEmpty(measure.Batches);
        float length = 0;
        cursor.GetGetter<float>(scored.Schema["Length"])(ref length);
        Assert.AreSequenceEqual([4], measure.Batches, message: "one batch of four");
    }

    [TestMethod]
    public void Cursor_RowsThatDoNotFillTheLastBatch_ComeInOrderWithPassedValuesAndIds()
    {
        TextMeasure measure = Measure();
        IDataView scored = measure.Transform(Documents(10));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<float> length = cursor.GetGetter<float>(scored.Schema["Length"]), number = cursor.GetGetter<float>(scored.Schema["Number"]);
        ValueGetter<VBuffer<float>> halves = cursor.GetGetter<VBuffer<float>>(scored.Schema["Halves"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        Assert.AreEqual(-1, cursor.Position);
        for (int row = 0; row < 10; row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            Assert.AreEqual(row, cursor.Position);
            float value = 0;
            length(ref value);
            Assert.AreEqual(row * 2f, value);
            number(ref value);
            Assert.AreEqual(row, value);
            VBuffer<float> two = default;
            halves(ref two);
            Assert.AreSequenceEqual([row, row], two.DenseValues());
            DataViewRowId rowId = default;
            id(ref rowId);
            Assert.IsTrue(ids.Add(rowId));
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext(), "also when asked again");
        Assert.AreEqual(-1, cursor.Position);
        Assert.AreSequenceEqual([4, 4, 2], measure.Batches);
        float ended = 0;
        Assert.ThrowsExactly<InvalidOperationException>(() => length(ref ended));
    }

    [TestMethod]
    public void Cursor_OnlyPassedColumnsAskedFor_ScoresNothingAndDoesNotReadTheText()
    {
        TextMeasure measure = Measure();
        IDataView scored = measure.Transform(Documents(6));
        Assert.AreSequenceEqual([0f, 1, 2, 3, 4, 5], scored.GetColumn<float>("Number"));
        Assert.IsEmpty(measure.Batches);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Number"]]);
        Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Text"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Length"]));
    }

    [TestMethod]
    public void GetGetter_OtherType_NamesTheColumnAndTheType()
    {
        IDataView scored = Measure().Transform(Documents(3));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(scored.Schema["Length"]));
        Assert.Contains("Length", error.Message);
        Assert.Contains("Int32", error.Message);
    }

    [TestMethod]
    public void GetRowCursorSet_CachedRows_GivesEachRowOnceAndClosesItsScorers()
    {
        TextMeasure measure = Measure();
        IDataView cached = _context.Data.Cache(Documents(50));
        cached.GetColumn<string>("Text").Count();
        IDataView scored = measure.Transform(cached);
        DataViewRowCursor[] cursors = scored.GetRowCursorSet([scored.Schema["Length"]], 8);
        Assert.IsLessThanOrEqualTo(3, cursors.Length, "MaxCursors");
        var lengths = new List<float>();
        foreach (DataViewRowCursor cursor in cursors)
        {
            using (cursor)
            {
                ValueGetter<float> length = cursor.GetGetter<float>(scored.Schema["Length"]);
                while (cursor.MoveNext())
                {
                    float value = 0;
                    length(ref value);
                    lengths.Add(value);
                }
            }
        }

        Assert.AreSequenceEqual(Enumerable.Range(0, 50).Select(row => row * 2f), lengths.Order());
        Assert.AreEqual(0, measure.OpenScorers);
    }

    [TestMethod]
    [DataRow("one column", 100)]
    [DataRow("two columns", 200)]
    [DataRow("enumerable", 100)]
    [DataRow("first ten", 12)]
    [DataRow("preview", 12)]
    public void Score_CommonOperations_ScoreNoMoreRowsThanTheyShow(string operation, int expected)
    {
        TextMeasure measure = Measure();
        IDataView scored = measure.Transform(Documents(100));
        switch (operation)
        {
            case "one column":
                Assert.AreEqual(100, scored.GetColumn<float>("Length").Count());
                break;
            case "two columns":
                Assert.AreEqual(200, scored.GetColumn<float>("Length").Count() + scored.GetColumn<VBuffer<float>>("Halves").Count());
                break;
            case "enumerable":
                Assert.AreEqual(100, _context.Data.CreateEnumerable<Measured>(scored, reuseRowObject: false).Count());
                break;
            case "first ten":
                Assert.AreEqual(10, _context.Data.TakeRows(scored, 10).GetColumn<float>("Length").Count());
                break;
            default:
                Assert.HasCount(10, scored.Preview(10).RowView);
                break;
        }

        Assert.AreEqual(expected, measure.Batches.Sum());
    }

    [TestMethod]
    public void PredictionEngine_SingleRows_GivesWhatTheViewGives()
    {
        TextMeasure measure = Measure();
        using (PredictionEngine<Document, Measured> engine = _context.Model.CreatePredictionEngine<Document, Measured>(measure))
        {
            Assert.AreEqual(10f, engine.Predict(new Document { Text = "abcde" }).Length);
            Assert.AreSequenceEqual([1f, 1f], engine.Predict(new Document { Text = "a" }).Halves);
        }

        Assert.IsTrue(measure.IsDisposed, "the engine owns the transformer");
    }

    [TestMethod]
    public void Transform_MissingColumn_NamesItAndThoseThatAreThere()
    {
        IDataView other = _context.Data.LoadFromEnumerable([new { Title = "x" }]);
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Measure().Transform(other));
        Assert.Contains("'Text'", error.Message);
        Assert.Contains("'Title'", error.Message);
    }

    [TestMethod]
    public void Transform_ColumnOfAnotherType_NamesBothTypes()
    {
        IDataView other = _context.Data.LoadFromEnumerable([new { Text = 1f }]);
        Assert.Contains("must be text; it is Single", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Measure().Transform(other)).Message);
    }

    [TestMethod]
    [DataRow("cache")]
    [DataRow("split")]
    [DataRow("shuffle")]
    [DataRow("take")]
    [DataRow("copy")]
    [DataRow("key")]
    public void ObjectAnnotation_CommonOperations_CarryTheObjectDownThePipeline(string operation)
    {
        TextMeasure measure = Measure();
        IDataView view = measure.Transform(Documents(8));
        view = operation switch
        {
            "cache" => _context.Data.Cache(view),
            "split" => _context.Data.TrainTestSplit(view).TrainSet,
            "shuffle" => _context.Data.ShuffleRows(view),
            "take" => _context.Data.TakeRows(view, 3),
            "copy" => _context.Transforms.CopyColumns("Other", "Text").Fit(view).Transform(view),
            _ => _context.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(view).Transform(view),
        };
        Assert.IsTrue(ML.Hosting.ObjectAnnotation<TextMeasure>.TryFind(view.Schema, out TextMeasure? found));
        Assert.AreSame(measure, found);
        Assert.IsFalse(ML.Hosting.ObjectAnnotation<string>.TryFind(view.Schema, out _));
    }

    private TextMeasure Measure() => new(_context, 2);

    private IDataView Documents(int count) =>
        _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(row => new Document { Text = new string('x', row), Number = row }));
}
