using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertTokenClassification", typeof(BertTokenClassificationTransformer), typeof(BertTokenClassificationTransformer.Factory))]

namespace AcademicBert.Scoring;

/// <summary>Columns of a token classifier.</summary>
/// <param name="Sentence">The text.</param>
/// <param name="PredictedLabel">Added: the label of each word, keys.</param>
/// <param name="Score">Added: the probability of each word's label.</param>
/// <param name="Words">Added: the words, what stands between white space.</param>
/// <param name="MaxLength">Tokens of the longest input; 0: as many as the model has positions.</param>
/// <param name="BatchSize">Rows scored together.</param>
/// <param name="Precision">Type of matrix products.</param>
internal sealed record BertTokenClassificationColumns(
    string Sentence, string PredictedLabel, string Score, string Words, int MaxLength = 0, int BatchSize = 128, ComputePrecision Precision = ComputePrecision.Float32)
{
    public void Validate()
    {
        TextColumns.RequireNames(Sentence, PredictedLabel, Score, Words);
        TextColumns.RequireDistinct(PredictedLabel, Score, Words);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxLength);
        TextColumns.RequireBatch(BatchSize);
    }

    /// <summary>Shapes of the columns that are added.</summary>
    public SchemaShape.Column[] Added =>
    [
        SchemaShapes.Column(
            PredictedLabel, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.UInt32, isKey: true,
            SchemaShapes.Column("KeyValues", SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance)),
        SchemaShapes.Column(Score, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Single),
        SchemaShapes.Column(Words, SchemaShape.Column.VectorKind.VariableVector, TextDataViewType.Instance),
    ];
}

/// <summary>
/// Adds to each row of text its words, the label of each (a key; missing where the text was truncated before the word) and how probable it is.
/// A word is labelled at its first token.
/// </summary>
public sealed class BertTokenClassificationTransformer : BatchTransformer
{
    private readonly BertTokenClassificationColumns _columns;

    internal BertTokenClassificationTransformer(IHostEnvironment environment, PretrainedBert bert, BertTokenClassificationColumns columns)
        : base(environment, nameof(BertTokenClassificationTransformer))
    {
        if (bert.Model.Head.Kind != HeadKind.TokenClassifier)
            throw new ArgumentException($"The model has {bert.Model.Head}, and labels no words; fine-tune it with MulticlassClassification.Trainers.BertTokenClassification.", nameof(bert));
        TextColumns.RequireLength(columns.MaxLength, bert);
        (Bert, _columns) = (bert, columns);
        Classes = bert.Labels ?? bert.Model.Head.DefaultLabels;
    }

    /// <summary>The model; disposed with this transformer.</summary>
    public PretrainedBert Bert { get; }

    /// <summary>Names of the labels, in the order of their keys.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    protected override int BatchSize => _columns.BatchSize;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => [_columns.Sentence];

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        SchemaChecks.RequireText(input, _columns.Sentence);
        ReadOnlyMemory<char>[] names = [.. Classes.Select(name => name.AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, names.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(names.Length, names));
        return [
            new(_columns.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), names.Length)), annotations.ToAnnotations()),
            new(_columns.Score, new VectorDataViewType(NumberDataViewType.Single)),
            new(_columns.Words, new VectorDataViewType(TextDataViewType.Instance)),
        ];
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new TokenScorer(Bert, input, _columns);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", _columns);
        BertEntries.Save(writer, Bert);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Bert.Dispose();

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader)
        {
            var columns = reader.ReadJson<BertTokenClassificationColumns>("columns");
            columns.Validate();
            return new BertTokenClassificationTransformer(environment, BertEntries.Load(reader, environment.GetTemporaryFolder()).In(columns.Precision), columns);
        }
    }
}
