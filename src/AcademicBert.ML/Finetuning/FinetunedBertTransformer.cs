using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Base of what the fine-tuning trainers fit: adds columns made of the head's outputs to rows of text.</summary>
public abstract class FinetunedBertTransformer : BatchTransformer
{
    private readonly FinetunedBert _fitted;
    private readonly TextColumns _text;

    private protected FinetunedBertTransformer(IHostEnvironment environment, string name, FinetunedBert fitted, int outputs)
        : base(environment, name)
    {
        if (fitted.Bert.Model.Head != HeadSpec.Classifier(outputs))
            throw new InvalidDataException($"The model has {fitted.Bert.Model.Head}; {HeadSpec.Classifier(outputs)} is needed.");
        _fitted = fitted;
        _text = new TextColumns(Names.Sentence1, Names.Sentence2, Bert.Tokenizer, Names.MaxLength);
    }

    /// <summary>The fine-tuned model; disposed with this transformer.</summary>
    public PretrainedBert Bert => _fitted.Bert;

    /// <summary>How the model was trained; null where it was loaded from a folder, which does not say.</summary>
    public FinetuningOptions? Finetuning => _fitted.Options;

    /// <inheritdoc/>
    protected override int BatchSize => Names.BatchSize;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => _text.Names;

    /// <summary>Names of the columns.</summary>
    private protected ScoringColumns Names => _fitted.Columns;

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        _text.Require(input);
        return AddedColumns(input);
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new TextScorer(_text, input, Score, MakeGetter);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer) => _fitted.Save(writer);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Bert.Dispose();

    /// <summary>The columns that are added.</summary>
    private protected abstract DataViewSchema.DetachedColumn[] AddedColumns(DataViewSchema input);

    /// <summary>Turns the head's outputs for a row into its scores.</summary>
    private protected virtual void Finish(Span<float> outputs)
    {
    }

    /// <summary>A getter of an added column, over the scores of a batch.</summary>
    private protected abstract Delegate MakeGetter(TextScorer scorer, int column, Func<int> row);

    private float[][] Score(IReadOnlyList<EncodedInput> inputs)
    {
        float[][] outputs = Finetuner.Outputs(Bert.Model, inputs, Bert.Tokenizer.Vocabulary.PadId);
        foreach (float[] row in outputs)
            Finish(row);
        return outputs;
    }
}
