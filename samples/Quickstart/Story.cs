using System.Diagnostics;
using System.Globalization;
using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Pretraining;
using AcademicBert.Quickstart.Documentation;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Quickstart;

/// <summary>The main job from text to predictions.</summary>
internal static class Story
{
    private static readonly string[] s_sentences =
    [
        "Encrypts the data with the given key and signs the result.",
        "Sends a request to the server and waits for the response.",
        "Moves to the next attribute of the current element.",
    ];

    // For minutes instead of hours: one wide layer takes more steps than two narrow ones; attention finds its patterns sooner from
    // larger initial weights and with more heads; more masked words make a step worth more; and dropout only helps runs that see
    // their text many times. The numbers are in samples/recipes/nano-quickstart.json.
    private static readonly PretrainingRecipe s_recipe = NamedRecipes.Read("nano-quickstart");

    /// <summary>Runs everything.</summary>
    /// <param name="corpus">Own text to pretrain on; null: the SDK's documentation.</param>
    /// <param name="budget">How long to pretrain.</param>
    /// <param name="output">Folder for results; what an earlier start left there is replaced.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(string? corpus, TrainingBudget budget, string output)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var clock = Stopwatch.StartNew();
        IReadOnlyList<string> files = DocumentationFiles.Find();
        if (files.Count == 0)
        {
            Console.Error.WriteLine("The .NET SDK's XML documentation is not installed here (no packs/*.Ref folder), and the labelled task is made of it. Install the SDK, or use 'academicbert pretrain' on your own text.");
            return 1;
        }

        Console.WriteLine($"Reading {files.Count} documentation files of the .NET SDK ...");
        NamespaceTask task = NamespaceTask.Of(DocumentationReader.Read(files));
        string run = Path.Combine(output, "run");
        if (Directory.Exists(run))
        {
            if (Directory.EnumerateFileSystemEntries(run).Any() && !Directory.EnumerateFileSystemEntries(run, "corpus*").Any())
            {
                Console.Error.WriteLine($"'{run}' holds other files, which would be lost. Name another folder by --output.");
                return 1;
            }

            Directory.Delete(run, recursive: true);
        }

        var context = new MLContext(seed: 1);
        Console.WriteLine($"Pretraining on {corpus ?? $"the documentation of {task.Documents.Count} types"} for {budget} ...");
        using (BertEmbeddingTransformer bert = Pretrain(context, task.Documents, corpus, budget, run))
        {
            Console.WriteLine($"  {bert.Bert.Config.Layers} layer{(bert.Bert.Config.Layers == 1 ? "" : "s")} of width {bert.Bert.Config.HiddenSize}, {bert.Bert.Tokenizer.Vocabulary.Count} words; the model is in {Path.Combine(run, "model")}");
            // Fine-tuning from nothing does better from BERT's own initialization than from the larger one above.
            using PretrainedBert untrained = PretrainedBert.CreateUntrained(bert.Bert.Config with { InitializerRange = new BertConfig().InitializerRange }, bert.Bert.Tokenizer);
            untrained.Save(Path.Combine(run, "untrained"));
        }

        Console.WriteLine($"Fine-tuning on {task.Training.Count} labelled summaries: which of {task.Training.DistinctBy(row => row.Label).Count()} namespace families does each describe?");
        var classifier = new Classifier(context);
        Comparison without = Comparison.Of(classifier, task, Path.Combine(run, "untrained"));
        Comparison with = Comparison.Of(classifier, task, Path.Combine(run, "model"));
        Console.WriteLine($"Accuracy on {task.Test.Count} summaries of types seen by none of this, over {with.Accuracies.Count} seeds:");
        Console.WriteLine($"  majority class       {Comparison.MajorityClass(task) * 100,5:F1} %");
        Console.WriteLine($"  without pretraining  {without}");
        Console.WriteLine($"  with pretraining     {with}");
        if (!with.IsBetterThan(without))
            Console.WriteLine($"Pretraining for {budget} made no clear difference: on a slow or busy machine the loss may not have left its plateau, where a model knows word frequencies only. Give it longer, such as --budget 5m.");

        string file = Path.Combine(output, "families.zip");
        Save(context, classifier.Fit(task.Training, Path.Combine(run, "model"), with.LearningRate, seed: 1), task, file);
        Predict(file);
        Console.WriteLine($"Done in {clock.Elapsed:m\\:ss} minutes.");
        return 0;
    }

    private static BertEmbeddingTransformer Pretrain(MLContext context, IReadOnlyList<Document> documents, string? corpus, TrainingBudget budget, string run)
    {
        IDataView rows = context.Data.LoadFromEnumerable(documents.Select(document => new { document.Text }));
        var line = new ProgressLine();
        BertPretrainingEstimator estimator = context.Transforms.Text.BertPretrain(new BertPretrainingOptions
        {
            InputColumnName = nameof(Document.Text),
            Source = corpus is null ? null : new TextFileSource(corpus),
            Pretraining = s_recipe.Pretraining with { Budget = budget },
            Corpus = s_recipe.Corpus,
            Vocabulary = s_recipe.Vocabulary,
            RunFolder = run,
            MetricsCallback = line.Show,
        });
        return estimator.Fit(rows);
    }

    private static void Save(MLContext context, TransformerChain<ITransformer> model, NamespaceTask task, string file)
    {
        using (model)
            context.Model.Save(model, context.Data.LoadFromEnumerable(task.Training).Schema, file);
        Console.WriteLine($"Saved the fitted pipeline to {file}; loading it again:");
    }

    private static void Predict(string file)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(file, out _);
        using PredictionEngine<LabelledSummary, Classifier.Prediction> engine = context.Model.CreatePredictionEngine<LabelledSummary, Classifier.Prediction>(model);
        foreach (string sentence in s_sentences)
        {
            Classifier.Prediction prediction = engine.Predict(new LabelledSummary { Text = sentence });
            Console.WriteLine($"  {prediction.Family,-24} {prediction.Score.Max() * 100,3:F0} %   {sentence}");
        }
    }
}
