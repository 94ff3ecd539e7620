using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tests.Hosting;

[TestClass]
public sealed class ScoreColumnsTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow("text")]
    [DataRow("int")]
    [DataRow("float")]
    [DataRow("bool")]
    [DataRow("double")]
    [DataRow("byte")]
    [DataRow("sbyte")]
    [DataRow("short")]
    [DataRow("ushort")]
    [DataRow("uint")]
    [DataRow("long")]
    [DataRow("ulong")]
    public void Multiclass_KeysOfAnyType_CarryTheirValuesAndNames(string type)
    {
        IDataView keyed = type switch
        {
            "text" => Keyed(new[] { "b", "a", "c" }),
            "int" => Keyed(new[] { 7, -3, 9 }),
            "float" => Keyed(new[] { 0.1f, 2f, 1f }),
            "double" => Keyed(new[] { 0.1, 2e-300 }),
            "byte" => Keyed(new byte[] { 7, 255 }),
            "sbyte" => Keyed(new sbyte[] { 7, -128 }),
            "short" => Keyed(new short[] { 7, -32768 }),
            "ushort" => Keyed(new ushort[] { 7, 65535 }),
            "uint" => Keyed(new uint[] { 7, uint.MaxValue }),
            "long" => Keyed(new[] { 7, long.MinValue, long.MaxValue }),
            "ulong" => Keyed(new ulong[] { 7, ulong.MaxValue }),
            _ => Keyed(new[] { true, false }),
        };
        LabelKeys keys = LabelKeys.Of(keyed.Schema["Key"]);
        DataViewSchema.DetachedColumn[] columns = ScoreColumns.Multiclass(keyed.Schema, keys, "PredictedLabel", "Score");
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns);
        DataViewSchema schema = builder.ToSchema();
        Assert.AreEqual(keyed.Schema["Key"].Type, schema["PredictedLabel"].Type);
        Assert.AreEqual(keyed.Schema["Key"].Annotations.Schema["KeyValues"].Type, schema["PredictedLabel"].Annotations.Schema["KeyValues"].Type);
        Assert.AreSequenceEqual(Values(keyed.Schema["Key"]), Values(schema["PredictedLabel"]));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, keys.Count), schema["Score"].Type);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        schema["Score"].GetSlotNames(ref slots);
        Assert.AreSequenceEqual(keys.Names, slots.DenseValues().Select(slot => slot.ToString()));
    }

    [TestMethod]
    public void LabelKeysOf_NoKey_SaysHowToMakeOne()
    {
        IDataView view = _context.Data.LoadFromEnumerable([new { Label = "a" }]);
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LabelKeys.Of(view.Schema["Label"]));
        Assert.Contains("'Label'", error.Message);
        Assert.Contains("MapValueToKey", error.Message);
    }

    [TestMethod]
    public void MulticlassShape_SameLabel_AnnouncesWhatTheColumnsWillBe()
    {
        IDataView keyed = Keyed(new[] { "b", "a", "c" });
        SchemaShape announced = SchemaShapes.With(
            SchemaShapes.Of(keyed.Schema), ScoreColumns.MulticlassShape("PredictedLabel", "Score", SchemaShapes.Require(SchemaShapes.Of(keyed.Schema), "Key")));
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(keyed.Schema);
        builder.AddColumns(ScoreColumns.Multiclass(keyed.Schema, LabelKeys.Of(keyed.Schema["Key"]), "PredictedLabel", "Score"));
        SchemaShape real = SchemaShapes.Of(builder.ToSchema());
        foreach (string name in (string[])["PredictedLabel", "Score"])
        {
            SchemaShape.Column expected = announced.Single(column => column.Name == name), actual = real.Single(column => column.Name == name);
            Assert.AreEqual((expected.Kind, expected.ItemType, expected.IsKey), (actual.Kind, actual.ItemType, actual.IsKey), name);
            Assert.AreSequenceEqual(expected.Annotations.Select(annotation => annotation.Name).Order(), actual.Annotations.Select(annotation => annotation.Name).Order(), message: name);
        }
    }

    [TestMethod]
    public void Catalogs_Environment_KnowsTheSeedOfTheContext()
    {
        Assert.AreEqual(1, _context.Transforms.Text.GetHostEnvironment().GetSeed());
        Assert.AreEqual(1, _context.MulticlassClassification.Trainers.GetHostEnvironment().GetSeed());
        Assert.IsNull(new MLContext().Transforms.Text.GetHostEnvironment().GetSeed());
    }

    private IDataView Keyed<T>(T[] values)
    {
        IDataView view = _context.Data.LoadFromEnumerable(values.Select(value => new Labelled<T> { Label = value }));
        return _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(view).Transform(view);
    }

    private sealed class Labelled<T>
    {
        public T Label { get; set; } = default!;
    }

    private static IEnumerable<object> Values(DataViewSchema.Column column)
    {
        Type type = ((VectorDataViewType)column.Annotations.Schema["KeyValues"].Type).ItemType.RawType;
        return (IEnumerable<object>)typeof(ScoreColumnsTests).GetMethod(nameof(ValuesOf), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [column])!;
    }

    private static IEnumerable<object> ValuesOf<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(value => value is ReadOnlyMemory<char> text ? text.ToString() : (object)value!)];
    }
}
