using AcademicBert.Corpus;
using AcademicBert.Files;
using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native;
using AcademicBert.Scoring;
using AcademicBert.Tensors;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>What fitting is for every trainer: find the pretrained model, read the rows, train, report.</summary>
internal sealed class TrainerFit(IHost host, BertTrainerOptions options)
{
    private FinetuningOptions Finetuning => options.Finetuning;

    /// <summary>Trains.</summary>
    /// <param name="input">Labelled rows.</param>
    /// <param name="target">The label column.</param>
    /// <param name="objective">From the training rows to what is trained.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the message names it.</exception>
    /// <exception cref="InvalidDataException">A label is infinite; the message names the row.</exception>
    /// <exception cref="InvalidOperationException">There is no model to start from, or no row with a label.</exception>
    /// <exception cref="ArgumentException">The type of matrix products to score with cannot be had here.</exception>
    /// <exception cref="ObjectDisposedException">The model to start from was disposed.</exception>
    public FinetunedBert Run(IDataView input, TargetColumn target, Func<IReadOnlyList<LabelledExample>, FinetuningObjective> objective)
    {
        host.RequireCpu();
        target.Require(input.Schema);
        options.RequireText(SchemaShapes.Of(input.Schema));
        if (options.RunFolder is { } place)
            WorkFolder.RequireKind(place, FinetuningJournal.FileName);
        using IChannel channel = host.Start("Fine-tuning");
        using PretrainedBert? loaded = options.ModelFolder is null ? null : PretrainedBert.Load(options.ModelFolder);
        PretrainedBert bert = loaded ?? FromChain(input.Schema);
        ObjectDisposedException.ThrowIf(bert.Model.IsDisposed, bert);
        RequireScoring(bert.Model);
        LayerRates.Require(Finetuning, bert.Config.Layers);
        var columns = new TextColumns(options.Sentence1ColumnName, options.Sentence2ColumnName, bert.Tokenizer, MaxLength(bert.Config));
        List<LabelledExample> training = Rows(input, columns, target, channel);
        if (training.Count == 0)
            throw new InvalidOperationException($"No row has a value in the label column '{target.Name}'.");
        List<LabelledExample> validation = options.ValidationSet is { } set ? Rows(set, columns, target, channel) : [];
        if (options.ValidationSet is not null && validation.Count == 0)
            throw new InvalidOperationException($"No row of {nameof(BertTrainerOptions.ValidationSet)} has a value in the label column '{target.Name}'.");
        channel.Note($"{training.Count} rows to train on, {validation.Count} to validate");
        if (training.Count(row => row.Input.Length >= columns.MaxLength) is > 0 and var full)
            channel.Note($"{full} of the rows to train on fill the longest input, {columns.MaxLength} tokens; what is beyond it is not read. {(columns.MaxLength < bert.Config.MaxPositions ? $"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.MaxLength)} may be up to {bert.Config.MaxPositions}." : $"The model has no more positions: one that is pretrained with more ({nameof(BertConfig)}.{nameof(BertConfig.MaxPositions)}, {nameof(CorpusOptions)}.{nameof(CorpusOptions.SequenceLength)}) reads more.")}");
        if (training.Count <= Finetuning.BatchSize && Finetuning is { Epochs: 1, WarmupProportion: > 0 })
            channel.Warn($"All {training.Count} rows make one step, and the first step of a warm-up has the learning rate 0: nothing is learnt. Raise {nameof(FinetuningOptions)}.{nameof(FinetuningOptions.Epochs)}, or lower {nameof(FinetuningOptions)}.{nameof(FinetuningOptions.BatchSize)}.");
        if (training.SelectMany(row => row.Targets).Distinct().Take(2).Count() == 1)
            channel.Warn($"All {training.Count} rows to train on have the same value in the label column '{target.Name}': there is nothing to tell apart.");
        FinetuningObjective aim = objective(training);
        using FolderLock? held = options.RunFolder is { } own ? FolderLock.OfRun(own) : null;
        var finetuner = new Finetuner(Finetuning, aim, Report, options.CancellationToken) { RunFolder = options.RunFolder };
        BertModel model = finetuner.Train(bert, training, validation).In(options.ScoringPrecision);
        RequireNumbers(model, training, bert.Tokenizer.Vocabulary.PadId);
        if (finetuner.KeptEpoch is { } kept)
            channel.Note($"kept epoch {kept} of {Finetuning.Epochs}, the best by validation");
        double? temperature = options is BertClassifierOptions { Calibrate: true } && validation.Count > 0 ? Calibrate(model, validation, bert.Tokenizer.Vocabulary.PadId, channel) : null;
        if (options.RunFolder is { } folder)
        {
            using FinetuningJournal journal = FinetuningJournal.Open(folder, Finetuning.Epochs);
            journal.Write(new FinetuningLine { Event = FinetuningJournal.End, Epoch = finetuner.KeptEpoch, Step = finetuner.Steps, Temperature = temperature });
        }

        return new FinetunedBert(new PretrainedBert(model, bert.Tokenizer, FinetunedCard.Write(bert.Card, Finetuning, training.Count)), Names(columns.MaxLength), Finetuning);

        void Report(FinetuningProgress progress)
        {
            options.MetricsCallback?.Invoke(progress);
            channel.Note($"epoch {progress.Epoch} of {progress.Epochs}: loss {progress.Loss:F4}, {progress.RowsPerSecond:F0} rows/s{(progress.ValidationScore is { } score ? $", validation {aim.Describe(score)}" : "")}");
        }
    }

    private static PretrainedBert FromChain(DataViewSchema schema) =>
        ObjectAnnotation<PretrainedBert>.TryFind(schema, out PretrainedBert? bert)
            ? bert
            : throw new InvalidOperationException(
                $"There is no model to start from: set {nameof(BertTrainerOptions.ModelFolder)}, or put Transforms.Text.BertPretrain or BertEmbed before the trainer in the same chain.");

    // Before training, all of which would be lost.
    private void RequireScoring(BertModel model)
    {
        IKernels? kernels = KernelSelection.For(Finetuning.Device is { } name ? DeviceSelection.Resolve(name) : model.Device);
        KernelSelection.Resolve(options.ScoringPrecision, KernelSelection.Supports(model.Config, kernels) ? kernels : null, $"{nameof(BertTrainerOptions)}.{nameof(BertTrainerOptions.ScoringPrecision)}");
    }

    // Gradients are looked at before each step; what the last one did shows here.
    private void RequireNumbers(BertModel model, List<LabelledExample> training, int padId)
    {
        if (model.Head.Kind != HeadKind.Classifier)
            return;
        float[][] outputs = Finetuner.Outputs(model, [.. training.Take(Finetuning.BatchSize).Select(row => row.Input)], padId);
        if (outputs.SelectMany(row => row).Any(output => !float.IsFinite(output)))
            throw new TrainingDivergedException($"What the trained model gives is no number: training diverged. Lower {nameof(FinetuningOptions)}.{nameof(FinetuningOptions.LearningRate)} ({Finetuning.LearningRate}).");
    }

    // Multiplying the classifier by the factor multiplies every logit by it: the model itself is calibrated, wherever it goes.
    private static double? Calibrate(BertModel model, List<LabelledExample> validation, int padId, IChannel channel)
    {
        float[][] logits = Finetuner.Outputs(model, [.. validation.Select(row => row.Input)], padId);
        if (TemperatureScaling.Factor(logits, [.. validation.Select(row => row.Target)]) is not { } factor)
        {
            channel.Note($"probabilities could not be calibrated: {validation.Count} rows to validate do not determine a temperature");
            return null;
        }

        foreach (string name in (string[])[ParameterNames.Weight(ParameterNames.Classifier), ParameterNames.Bias(ParameterNames.Classifier)])
        {
            ParameterSlot slot = model.Parameters.Slot(name);
            float[] scaled = [.. model.Parameters.ToArray(slot).Select(value => (float)(value * factor))];
            model.Parameters.Fill(slot, values => scaled.CopyTo(values));
        }

        channel.Note($"temperature {1 / factor:F3}, fitted on {validation.Count} rows");
        return 1 / factor;
    }

    private ScoringColumns Names(int maxLength) => new(
        options.Sentence1ColumnName, options.Sentence2ColumnName, options.ScoreColumnName, (options as BertClassifierOptions)?.PredictionColumnName,
        (options as BertBinaryClassificationOptions)?.ProbabilityColumnName, maxLength, options.ScoringBatchSize, options.ScoringPrecision);

    private int MaxLength(BertConfig config)
    {
        int asked = Finetuning.MaxLength;
        if (asked > config.MaxPositions)
            throw new ArgumentException($"{nameof(FinetuningOptions)}.{nameof(FinetuningOptions.MaxLength)} is {asked}; the model has {config.MaxPositions} trained positions.", nameof(FinetuningOptions.MaxLength));
        return asked == 0 ? config.MaxPositions : asked;
    }

    private List<LabelledExample> Rows(IDataView data, TextColumns columns, TargetColumn target, IChannel channel)
    {
        (List<LabelledExample> rows, int skipped) = LabelledRows.Read(data, columns, target, options.CancellationToken);
        if (skipped > 0)
            channel.Warn($"{skipped} {target.Unit} have no value in the label column '{target.Name}'; they are left out.");
        return rows;
    }
}
