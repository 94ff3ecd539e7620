using AcademicBert.Files;
using AcademicBert.Finetuning;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.Tables;

/// <summary>What fine-tuning on a file gave, measured on the rows that the epoch was chosen by.</summary>
/// <param name="Task">What was learnt.</param>
/// <param name="Classes">Names of the classes, or of the labels of words, in the order of the model's outputs; empty for numbers.</param>
/// <param name="TrainingRows">Rows it was learnt from.</param>
/// <param name="ValidationRows">Rows the epoch was chosen by and <paramref name="Metrics"/> were measured on.</param>
/// <param name="Metrics">Metrics on the validation rows by name; empty without any.</param>
public sealed record TableFinetuningResult(FinetuningTask Task, IReadOnlyList<string> Classes, int TrainingRows, int ValidationRows, IReadOnlyDictionary<string, double> Metrics)
    : TableEvaluation(Task, Classes, ValidationRows, Metrics)
{
    /// <summary>The model it started from.</summary>
    public string? Model { get; init; }

    /// <summary>The file it was learnt from.</summary>
    public string? TrainingFile { get; init; }

    /// <summary>The file of the validation rows; null: they are a share of <see cref="TrainingFile"/>.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>Mean training loss of the last epoch; null where none was left to train.</summary>
    public double? TrainingLoss { get; init; }

    /// <summary>The loss that answering without reading the text has on the training rows; null where classes are weighted or labels smoothed.</summary>
    public double? GuessingLoss { get; init; }
}

/// <summary>A number of a validation row.</summary>
/// <param name="Expected">What stands in the file.</param>
/// <param name="Predicted">What the model says.</param>
public readonly record struct PredictedNumber(float Expected, float Predicted);

/// <summary>Fine-tunes a model on the rows of a file.</summary>
public static class TableFinetuner
{
    /// <summary>Name of the model folder in the run folder.</summary>
    public const string ModelFolder = WorkFolder.ModelOfRun;

    /// <summary>Name of the recipe in the run folder.</summary>
    public const string RecipeFile = WorkFolder.RecipeFile;

    /// <summary>Name of the result in the run folder.</summary>
    public const string ResultFile = "result.json";

    /// <summary>Name of ML.NET's model file in the run folder.</summary>
    public const string PipelineFile = "model.zip";

    /// <summary>Fine-tunes, measures, and writes the model folder, the recipe and the result. Interrupted or killed, the same call goes on after the last whole epoch.</summary>
    /// <param name="recipe">What decides the result but model and files.</param>
    /// <param name="modelFolder">The model to start from, ours or Hugging Face's.</param>
    /// <param name="trainingFile">Rows to learn from.</param>
    /// <param name="validationFile">Rows to choose the best epoch by; null: a share of the training file.</param>
    /// <param name="runFolder">Where results and the state after each epoch are kept.</param>
    /// <param name="pipeline">Whether ML.NET's model file is written too: it reads the text columns and adds <c>PredictedLabel</c>, as text, and <c>Score</c>.</param>
    /// <param name="progress">Told of each epoch.</param>
    /// <param name="log">Told what a person may want to know.</param>
    /// <param name="cancellationToken">Stops within a step.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the run folder holds a run of other options, rows or another model.</exception>
    /// <exception cref="InvalidDataException">A file or the model is malformed; the message names file, line and column.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidOperationException">libtorch sees no such GPU as the recipe names.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TableFinetuningResult Run(
        FinetuningRecipe recipe, string modelFolder, string trainingFile, string? validationFile, string runFolder, bool pipeline = false,
        Action<FinetuningProgress>? progress = null, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        if (recipe.Finetuning.Device is { } device)
            ComputeEngine.RequireDevice(device);
        PretrainedBert.Describe(modelFolder); // read before the rows, which may be many
        var data = TableData.Read(recipe, trainingFile, validationFile, log, cancellationToken);
        log?.Invoke(Describe(data, recipe));
        var context = new MLContext();
        context.Log += (_, line) =>
        {
            if (line.Kind is ChannelMessageKind.Info or ChannelMessageKind.Warning && line.Source.StartsWith("Bert", StringComparison.Ordinal))
                log?.Invoke(line.RawMessage);
        };
        IDataView training = data.View(context, data.Training, recipe);
        IDataView? validation = data.Validation.Count == 0 ? null : data.View(context, data.Validation, recipe);
        (ITransformer model, PretrainedBert bert) = Fit(context, data.Task, recipe, training, options => options with
        {
            LabelColumnName = recipe.Label,
            Sentence1ColumnName = recipe.Text,
            Sentence2ColumnName = recipe.SecondText,
            ModelFolder = modelFolder,
            ValidationSet = validation,
            Finetuning = recipe.Finetuning,
            RunFolder = runFolder,
            MetricsCallback = progress,
            CancellationToken = cancellationToken,
        });
        using (bert)
        {
            TableEvaluation measured = TableMetrics.Evaluate(context, data, recipe, validation is null ? null : model.Transform(validation));
            var result = new TableFinetuningResult(data.Task, data.Classes, data.Training.Count, data.Validation.Count, measured.Metrics)
            {
                GuessingMetrics = measured.GuessingMetrics,
                MostFrequent = measured.MostFrequent,
                Confusion = measured.Confusion,
                Numbers = measured.Numbers,
                Model = modelFolder,
                TrainingFile = trainingFile,
                ValidationFile = validationFile,
                TrainingLoss = FinetuningJournal.Read(runFolder).LastOrDefault(line => line.Event == FinetuningJournal.Epoch)?.Loss,
                GuessingLoss = Guessing.Loss(data, recipe),
            };
            bert.Save(Path.Combine(runFolder, ModelFolder));
            new TableColumns(recipe.Text, recipe.SecondText, recipe.Label).Save(Path.Combine(runFolder, ModelFolder));
            if (pipeline)
                TablePipeline.Save(context, model, recipe, hasClasses: data.Task != FinetuningTask.Regression, Path.Combine(runFolder, PipelineFile));
            NewFile.WriteText(Path.Combine(runFolder, RecipeFile), recipe.ToJson());
            NewFile.WriteText(Path.Combine(runFolder, ResultFile), OptionsJson.Write(result));
            return result;
        }
    }

    private static (ITransformer Model, PretrainedBert Bert) Fit(MLContext context, FinetuningTask task, FinetuningRecipe recipe, IDataView training, Func<BertTrainerOptions, BertTrainerOptions> common)
    {
        switch (task)
        {
            case FinetuningTask.Regression:
                BertRegressionTransformer regression = new BertRegressionTrainer(context, (BertRegressionOptions)common(new BertRegressionOptions())).Fit(training);
                return (regression, regression.Bert);
            case FinetuningTask.TokenClassification:
                BertTokenClassificationTransformer words = new BertTokenClassificationTrainer(context, (BertTokenClassificationOptions)common(new BertTokenClassificationOptions())).Fit(training);
                return (words, words.Bert);
            default:
                var options = new BertClassificationOptions { ClassWeights = recipe.ClassWeights, BalanceClasses = recipe.BalanceClasses, Calibrate = recipe.Calibrate };
                BertClassificationTransformer classes = new BertClassificationTrainer(context, (BertClassificationOptions)common(options)).Fit(training);
                return (classes, classes.Bert);
        }
    }

    private static string Describe(TableData data, FinetuningRecipe recipe)
    {
        string classes = data.Classes.Count == 0 ? "" : $" into {data.Classes.Count} ({TableData.Named(data.Classes)})";
        return $"{data.Task} of column '{recipe.Label}'{classes}";
    }
}
