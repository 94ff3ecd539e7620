using AcademicBert.Corpus;
using AcademicBert.Files;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Pretraining;

/// <summary>
/// Pretrains BERT on a text column within a budget. The fitted transformer adds sentence embeddings, and hands the model to trainers
/// further down the same chain.
/// </summary>
/// <remarks>To create it, use <c>mlContext.Transforms.Text.BertPretrain</c>.</remarks>
public sealed class BertPretrainingEstimator : IEstimator<BertEmbeddingTransformer>
{
    private const double LoggedShare = 0.01;

    private readonly IHost _host;
    private readonly BertPretrainingOptions _options;

    internal BertPretrainingEstimator(IHostEnvironment environment, BertPretrainingOptions options)
    {
        options.Validate();
        _host = environment.Register(nameof(BertPretrainingEstimator));
        _options = options;
    }

    /// <summary>Trains a vocabulary if there is none, prepares the corpus, pretrains.</summary>
    /// <param name="input">The documents, unless the options name another source.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text; the message names it.</exception>
    /// <exception cref="InvalidDataException">There is no text to train on.</exception>
    /// <exception cref="TrainingDivergedException">Training diverged.</exception>
    public BertEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SchemaChecks.RequireText(input.Schema, _options.InputColumnName);
        using IChannel channel = _host.Start("Pretraining");
        // Before a corpus is made in it.
        if (_options.RunFolder is { } run)
            WorkFolder.RequireKind(run, MetricsLog.FileName);
        Pretrainer.RequireStart(_options.Pretraining, _options.Corpus);
        string work = _options.RunFolder ?? Path.Combine(_host.GetTemporaryFolder(), "academicbert-" + Path.GetRandomFileName());
        try
        {
            using PreparedCorpus corpus = CorpusPreparation.Prepare(
                _options.Source ?? new DataViewTextSource(input, _options.InputColumnName), Path.Combine(work, "corpus"), _options.Corpus, _options.Vocabulary,
                _options.Tokenizer ?? (_options.Pretraining.From is { } from ? BertWordPieceTokenizer.Load(from) : null), line => channel.Note($"{line}"), cancellationToken: _options.CancellationToken);
            PretrainingResult result = Pretrainer.Run(
                _options.Pretraining, corpus, _options.RunFolder, new ChannelProgress(channel, _options.MetricsCallback),
                line => channel.Warn($"{line}"), cancellationToken: _options.CancellationToken);
            return new BertEmbeddingTransformer(_host, result.Model, _options.OutputColumnName, _options.InputColumnName);
        }
        finally
        {
            if (_options.RunFolder is null && Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShapes.RequireText(inputSchema, _options.InputColumnName);
        return SchemaShapes.With(inputSchema, SchemaShapes.Column(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single));
    }

    /// <summary>Writes a line to ML.NET's log at every validation and every hundredth of the budget.</summary>
    private sealed class ChannelProgress(IChannel channel, Action<TrainingProgress>? callback) : IProgress<TrainingProgress>
    {
        private double _next;

        public void Report(TrainingProgress value)
        {
            callback?.Invoke(value);
            if (value.IsValidation)
                channel.Note($"step {value.Position.Steps}: held-out loss {value.Validation?.Loss:F4}, accuracy {value.Validation?.Accuracy:P1}");
            if (value.IsValidation || value.Fraction < _next)
                return;
            _next = value.Fraction + LoggedShare;
            channel.Note($"step {value.Position.Steps} ({value.Fraction:P0}): loss {value.Loss:F4}, learning rate {value.LearningRate:E2}, {value.SamplesPerSecond:F1} samples/s, {value.TimeLeft:hh\\:mm\\:ss} left");
        }
    }
}
