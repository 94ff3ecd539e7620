using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.ML.Hosting;

/// <summary>The output columns ML.NET's evaluators look for, with the annotations they look for.</summary>
public static class ScoreColumns
{
    private const string KeyValues = "KeyValues", SlotNames = "SlotNames", TrainingLabelValues = "TrainingLabelValues", IsNormalized = "IsNormalized";
    private const string ScoreColumnKind = "ScoreColumnKind", ScoreValueKind = "ScoreValueKind", ScoreColumnSetId = "ScoreColumnSetId";

    /// <summary>The two columns of a multiclass classifier: the predicted key, and a probability for each class.</summary>
    /// <param name="input">The schema they are added to.</param>
    /// <param name="labelKeys">Key type and key values of the label column training had.</param>
    /// <param name="predictedLabel">Name of the key column.</param>
    /// <param name="score">Name of the vector column.</param>
    public static DataViewSchema.DetachedColumn[] Multiclass(DataViewSchema input, LabelKeys labelKeys, string predictedLabel, string score)
    {
        ArgumentNullException.ThrowIfNull(labelKeys);
        uint set = NextSet(input);
        var keyAnnotations = new DataViewSchema.Annotations.Builder();
        labelKeys.AddTo(keyAnnotations, KeyValues);
        AddScore(keyAnnotations, set, "MulticlassClassification", "PredictedLabel");
        var scoreAnnotations = new DataViewSchema.Annotations.Builder();
        labelKeys.AddTextTo(scoreAnnotations, SlotNames);
        labelKeys.AddTo(scoreAnnotations, TrainingLabelValues);
        AddScore(scoreAnnotations, set, "MulticlassClassification", "Score");
        return [
            new(predictedLabel, new KeyDataViewType(typeof(uint), labelKeys.Count), keyAnnotations.ToAnnotations()),
            new(score, new VectorDataViewType(NumberDataViewType.Single, labelKeys.Count), scoreAnnotations.ToAnnotations()),
        ];
    }

    /// <summary>The three columns of a binary classifier: the predicted Boolean, its score, and the probability of true.</summary>
    /// <param name="input">The schema they are added to.</param>
    /// <param name="predictedLabel">Name of the Boolean column.</param>
    /// <param name="score">Name of the column of scores, above 0 for true.</param>
    /// <param name="probability">Name of the column of probabilities.</param>
    public static DataViewSchema.DetachedColumn[] Binary(DataViewSchema input, string predictedLabel, string score, string probability)
    {
        uint set = NextSet(input);
        return [
            new(predictedLabel, BooleanDataViewType.Instance, Annotations("PredictedLabel").ToAnnotations()),
            new(score, NumberDataViewType.Single, Annotations("Score").ToAnnotations()),
            new(probability, NumberDataViewType.Single, Normalized(Annotations("Probability")).ToAnnotations()),
        ];

        DataViewSchema.Annotations.Builder Annotations(string valueKind)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            AddScore(annotations, set, "BinaryClassification", valueKind);
            return annotations;
        }

        static DataViewSchema.Annotations.Builder Normalized(DataViewSchema.Annotations.Builder annotations)
        {
            annotations.Add(IsNormalized, BooleanDataViewType.Instance, (ref bool value) => value = true);
            return annotations;
        }
    }

    /// <summary>The column of a regressor.</summary>
    /// <param name="input">The schema it is added to.</param>
    /// <param name="score">Its name.</param>
    public static DataViewSchema.DetachedColumn Regression(DataViewSchema input, string score)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        AddScore(annotations, NextSet(input), "Regression", "Score");
        return new(score, NumberDataViewType.Single, annotations.ToAnnotations());
    }

    /// <summary>The shapes of the columns of <see cref="Multiclass"/>.</summary>
    public static SchemaShape.Column[] MulticlassShape(string predictedLabel, string score, SchemaShape.Column label)
    {
        SchemaShape.Column[] common = ScoreShape();
        SchemaShape.Column[] keyValues = label.Annotations.TryFindColumn(KeyValues, out SchemaShape.Column values) ? [values] : [];
        SchemaShape.Column slots = SchemaShapes.Column(SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance);
        SchemaShape.Column[] training = [.. keyValues.Select(value => SchemaShapes.Column(TrainingLabelValues, value.Kind, value.ItemType))];
        return [
            SchemaShapes.Column(predictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, [.. keyValues, .. common]),
            SchemaShapes.Column(score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false, [slots, .. training, .. common]),
        ];
    }

    /// <summary>The shapes of the columns of <see cref="Binary"/>.</summary>
    public static SchemaShape.Column[] BinaryShape(string predictedLabel, string score, string probability)
    {
        SchemaShape.Column normalized = SchemaShapes.Column(IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance);
        return [
            SchemaShapes.Column(predictedLabel, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, isKey: false, ScoreShape()),
            SchemaShapes.Column(score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false, ScoreShape()),
            SchemaShapes.Column(probability, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false, [normalized, .. ScoreShape()]),
        ];
    }

    /// <summary>The shape of the column of <see cref="Regression"/>.</summary>
    public static SchemaShape.Column RegressionShape(string score) =>
        SchemaShapes.Column(score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false, ScoreShape());

    private static SchemaShape.Column[] ScoreShape() => [
        SchemaShapes.Column(ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        SchemaShapes.Column(ScoreColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
        SchemaShapes.Column(ScoreValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance),
    ];

    private static void AddScore(DataViewSchema.Annotations.Builder annotations, uint set, string kind, string valueKind)
    {
        annotations.Add(ScoreColumnSetId, new KeyDataViewType(typeof(uint), uint.MaxValue), (ref uint value) => value = set);
        annotations.Add(ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = kind.AsMemory());
        annotations.Add(ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
    }

    /// <summary>Columns of one scorer share a number; it is one more than the largest upstream.</summary>
    private static uint NextSet(DataViewSchema input)
    {
        uint largest = 0;
        foreach (DataViewSchema.Column column in input)
        {
            if (column.Annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type is not KeyDataViewType { RawType: var type } || type != typeof(uint))
                continue;
            uint set = 0;
            column.Annotations.GetValue(ScoreColumnSetId, ref set);
            largest = Math.Max(largest, set);
        }

        return largest + 1;
    }
}
