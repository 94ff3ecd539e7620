using AcademicBert.Modeling;
using AcademicBert.Training;
using Microsoft.ML;

namespace AcademicBert.Tables;

/// <summary>Measures a model on labelled rows of a file that it was not trained on.</summary>
public static class TableEvaluator
{
    /// <summary>Predicts the rows, and compares with their labels; rows without a label are left out.</summary>
    /// <param name="modelFolder">A fine-tuned model, ours or Hugging Face's.</param>
    /// <param name="file">The rows: .tsv or .csv, plain or gzip-compressed.</param>
    /// <param name="options">Where the texts are in it, and how to predict; <see cref="PredictionOptions.For"/> gives the columns the model was fine-tuned on.</param>
    /// <param name="label">Column of the labels. Default null: the one the model was fine-tuned on, where its folder says which, else "label".</param>
    /// <param name="log">Told what a person may want to know.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the model predicts no labels; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">The file or the model is malformed, or a label is none of the model's; the message names file, line and column.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TableEvaluation Run(string modelFolder, string file, PredictionOptions options, string? label = null, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(modelFolder);
        var context = new MLContext();
        using PretrainedBert bert = PretrainedBert.Load(modelFolder);
        FinetuningTask task = bert.Model.Head switch
        {
            { Kind: HeadKind.Classifier, Outputs: 1 } => FinetuningTask.Regression,
            { Kind: HeadKind.Classifier } => FinetuningTask.Classification,
            { Kind: HeadKind.TokenClassifier } => FinetuningTask.TokenClassification,
            _ => throw new ArgumentException($"'{modelFolder}' was pretrained only, and has no labels that could be right or wrong. Fine-tune it first.", nameof(modelFolder)),
        };
        var recipe = new FinetuningRecipe
        {
            Format = options.Format,
            Separator = options.Separator,
            Text = options.Text,
            SecondText = options.SecondText,
            Label = label ?? TableColumns.Find(modelFolder)?.Label ?? new FinetuningRecipe().Label,
            Task = task,
        };
        recipe.Validate();
        IReadOnlyList<string> classes = task == FinetuningTask.Regression ? [] : bert.Labels ?? bert.Model.Head.DefaultLabels;
        TableData data = TableData.ReadFor(task, classes, file, recipe, log, cancellationToken);
        ITransformer model = HeadPrediction.Of(context, bert, options).Model;
        return TableMetrics.Evaluate(context, data, recipe, model.Transform(data.View(context, data.Validation, recipe)));
    }
}
