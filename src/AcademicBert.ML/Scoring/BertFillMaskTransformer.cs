using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertFillMask", typeof(BertFillMaskTransformer), typeof(BertFillMaskTransformer.Factory))]

namespace AcademicBert.Scoring;

/// <summary>Columns of a fill-mask transformer.</summary>
/// <param name="Input">The text with [MASK] in it.</param>
/// <param name="Output">The text with the most probable words; the others start with this name.</param>
/// <param name="Count">Words to give for each [MASK].</param>
internal sealed record BertFillMaskColumns(string Input, string Output, int Count)
{
    public string Words => Output + "Words";

    public string Probabilities => Output + "Probabilities";

    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Input);
        ArgumentException.ThrowIfNullOrEmpty(Output);
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
    }
}

/// <summary>Adds to each row its text with every [MASK] of what the model reads replaced by the most probable word, the best words for each [MASK], and their probabilities.</summary>
public sealed class BertFillMaskTransformer : BatchTransformer
{
    private readonly BertFillMaskColumns _columns;
    private readonly TextColumns _text;

    internal BertFillMaskTransformer(IHostEnvironment environment, PretrainedBert bert, BertFillMaskColumns columns)
        : base(environment, nameof(BertFillMaskTransformer))
    {
        if (!bert.Model.Head.PredictsTokens)
            throw new ArgumentException($"The model has no masked-language-model head (it has {bert.Model.Head.Kind}), so that it cannot predict words.", nameof(bert));
        if (columns.Count > bert.Config.VocabularySize)
            throw new ArgumentException($"{columns.Count} words are asked for, the vocabulary has {bert.Config.VocabularySize}.", "count");
        (Bert, _columns) = (bert, columns);
        _text = new TextColumns(columns.Input, null, bert.Tokenizer, bert.Config.MaxPositions);
    }

    /// <summary>The model; disposed with this transformer.</summary>
    public PretrainedBert Bert { get; }

    /// <inheritdoc/>
    protected override int BatchSize => 128;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => _text.Names;

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        _text.Require(input);
        return [
            new(_columns.Output, TextDataViewType.Instance),
            new(_columns.Words, new VectorDataViewType(TextDataViewType.Instance)),
            new(_columns.Probabilities, new VectorDataViewType(NumberDataViewType.Single)),
        ];
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new FillMaskScorer(Bert, _text, _columns.Count, input);

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
            var columns = reader.ReadJson<BertFillMaskColumns>("columns");
            columns.Validate();
            return new BertFillMaskTransformer(environment, BertEntries.Load(reader, environment.GetTemporaryFolder()), columns);
        }
    }
}
