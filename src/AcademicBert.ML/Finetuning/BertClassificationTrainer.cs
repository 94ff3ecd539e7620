using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>Fine-tunes a pretrained BERT to classify a sentence or a pair of sentences into two or more classes.</summary>
/// <remarks>To create it, use <c>mlContext.MulticlassClassification.Trainers.BertClassification</c>.</remarks>
public sealed class BertClassificationTrainer : IEstimator<BertClassificationTransformer>
{
    private readonly IHost _host;
    private readonly BertClassificationOptions _options;

    internal BertClassificationTrainer(IHostEnvironment environment, BertClassificationOptions options)
    {
        options.Validate();
        _host = environment.Register(nameof(BertClassificationTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Labelled rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no model to start from, or no row with a label.</exception>
    public BertClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LabelKeys labels = LabelKeys.Of(SchemaChecks.Require(input.Schema, _options.LabelColumnName));
        using IChannel channel = _host.Start("Fine-tuning");
        using PretrainedBert? loaded = _options.ModelFolder is null ? null : PretrainedBert.Load(_options.ModelFolder);
        PretrainedBert bert = loaded ?? FromChain(input.Schema);
        var columns = new TextColumns(_options.Sentence1ColumnName, _options.Sentence2ColumnName, bert.Tokenizer, MaxLength(bert.Config));
        List<LabelledExample> training = Rows(input, columns, channel);
        if (training.Count == 0)
            throw new InvalidOperationException($"No row has a value in the label column '{_options.LabelColumnName}'.");
        List<LabelledExample> validation = _options.ValidationSet is { } set ? ValidationRows(set, labels, columns, channel) : [];
        channel.Note($"{training.Count} rows, {labels.Count} classes: {string.Join(", ", labels.Names.Take(20))}");
        var finetuner = new Finetuner(_options.Finetuning, FinetuningObjective.Classification(labels.Count), Report, _options.CancellationToken);
        BertModel model = finetuner.Train(bert, training, validation);
        return new BertClassificationTransformer(_host, new PretrainedBert(model.ToFloat32(), bert.Tokenizer, bert.Card), BertClassificationColumns.Of(_options, columns.MaxLength), labels);

        void Report(FinetuningProgress progress)
        {
            _options.MetricsCallback?.Invoke(progress);
            channel.Note($"epoch {progress.Epoch} of {progress.Epochs}: loss {progress.Loss:F4}, {progress.RowsPerSecond:F0} rows/s{(progress.ValidationScore is { } score ? $", validation accuracy {score:P1}" : "")}");
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column label = SchemaShapes.Require(inputSchema, _options.LabelColumnName);
        if (!label.IsKey)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Label column '{label.Name}' must be a key; append Transforms.Conversion.MapValueToKey before the trainer.");
        SchemaShapes.RequireText(inputSchema, _options.Sentence1ColumnName);
        if (_options.Sentence2ColumnName is { } second)
            SchemaShapes.RequireText(inputSchema, second);
        return SchemaShapes.With(inputSchema, ScoreColumns.MulticlassShape(_options.PredictionColumnName, _options.ScoreColumnName, label));
    }

    private static PretrainedBert FromChain(DataViewSchema schema) =>
        ObjectAnnotation<PretrainedBert>.TryFind(schema, out PretrainedBert? bert)
            ? bert
            : throw new InvalidOperationException(
                $"There is no model to start from: set {nameof(BertClassificationOptions)}.{nameof(BertClassificationOptions.ModelFolder)}, or put Transforms.Text.BertPretrain or BertEmbed before the trainer in the same chain.");

    private int MaxLength(BertConfig config)
    {
        int asked = _options.Finetuning.MaxLength;
        if (asked > config.MaxPositions)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.MaxLength)} is {asked}; the model has {config.MaxPositions} trained positions.");
        return asked == 0 ? config.MaxPositions : asked;
    }

    private List<LabelledExample> ValidationRows(IDataView data, LabelKeys labels, TextColumns columns, IChannel channel)
    {
        LabelKeys own = LabelKeys.Of(SchemaChecks.Require(data.Schema, _options.LabelColumnName));
        if (!own.Names.SequenceEqual(labels.Names))
            throw new ArgumentException(
                $"The classes of '{_options.LabelColumnName}' in {nameof(BertClassificationOptions.ValidationSet)} ({string.Join(", ", own.Names.Take(5))}, ...) are not those of the training rows ({string.Join(", ", labels.Names.Take(5))}, ...): transform both with the same fitted MapValueToKey.");
        return Rows(data, columns, channel);
    }

    private List<LabelledExample> Rows(IDataView data, TextColumns columns, IChannel channel)
    {
        (List<LabelledExample> rows, int skipped) = LabelledRows.ReadKeys(data, columns, _options.LabelColumnName, _options.CancellationToken);
        if (skipped > 0)
            channel.Warn($"{skipped} rows have no value in the label column '{_options.LabelColumnName}'; they are left out.");
        return rows;
    }
}
