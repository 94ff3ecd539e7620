using System.Text.Json;
using AcademicBert.Corpus;
using AcademicBert.Pretraining;
using AcademicBert.Quickstart;
using AcademicBert.Quickstart.Documentation;
using AcademicBert.Training;
using Microsoft.ML;

namespace AcademicBert.Samples;

/// <summary>The model a sample starts from: the one that is named, the Quickstart's, or the same network after half a minute instead of two.</summary>
/// <param name="Folder">Its folder.</param>
internal sealed record SampleModel(string Folder)
{
    private const string Quickstart = "quickstart/run/model";
    private const string Run = "runs/samples/documentation";
    private const int Small = 256;

    /// <summary>A learning rate to fine-tune with: a small model wants larger steps than a BERT-base.</summary>
    public double LearningRate
    {
        get
        {
            using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "config.json")));
            return config.RootElement.GetProperty("hidden_size").GetInt32() <= Small ? 1e-3 : 5e-5;
        }
    }

    /// <summary>The named model, or what was pretrained in this folder before; else it is pretrained now, and kept for the next sample.</summary>
    public static SampleModel Of(MLContext context, string? named)
    {
        string own = Path.Combine(Run, "model");
        string? model = named ?? new[] { Quickstart, own }.FirstOrDefault(Directory.Exists);
        if (model is null)
            Pretrain(context);
        return new SampleModel(model ?? own);
    }

    private static void Pretrain(MLContext context)
    {
        IReadOnlyList<Document> documents = NamespaceTask.Of(SdkDocumentation.Read()).Documents;
        PretrainingRecipe recipe = NamedRecipes.Read("nano-quickstart");
        TrainingBudget budget = TrainingBudget.Parse("35s");
        Console.WriteLine($"Pretraining a small model on the documentation of {documents.Count} types for {budget}, kept in {Run} for all samples ...");
        context.Transforms.Text.BertPretrain(new BertPretrainingOptions
        {
            Pretraining = recipe.Pretraining with { Budget = budget },
            Corpus = recipe.Corpus,
            Vocabulary = recipe.Vocabulary,
            RunFolder = Run,
            MetricsCallback = new ProgressLine().Show,
        }).Fit(context.Data.LoadFromEnumerable(documents.Select(document => new { document.Text }))).Dispose();
    }
}
