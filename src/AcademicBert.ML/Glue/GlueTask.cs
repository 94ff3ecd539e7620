namespace AcademicBert.Glue;

/// <summary>A metric of a GLUE task.</summary>
public enum GlueMetric
{
    /// <summary>Share of right answers.</summary>
    Accuracy,

    /// <summary>F1 of class 1.</summary>
    F1,

    /// <summary>Matthews correlation.</summary>
    Matthews,

    /// <summary>Pearson correlation.</summary>
    Pearson,

    /// <summary>Spearman correlation.</summary>
    Spearman,
}

/// <summary>A file that is scored or predicted: the task's only one, or MNLI's matched and mismatched halves.</summary>
/// <param name="Submission">Name in a submission and in tables, such as <c>MNLI-mm</c>.</param>
/// <param name="Dev">File of the dev rows; null: there is none (AX).</param>
/// <param name="Test">File of the test rows.</param>
/// <param name="TestRows">Official number of test rows.</param>
public sealed record GlueEvaluation(string Submission, string? Dev, string Test, int TestRows);

/// <summary>A GLUE task: its files, columns, labels and metrics.</summary>
public sealed record GlueTask
{
    private GlueTask()
    {
    }

    /// <summary>Name of the task and of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>Names of the classes, in the order of their numbers, as submissions want them; empty: the label is a number from 0 to 5.</summary>
    public IReadOnlyList<string> Labels { get; private init; } = ["0", "1"];

    /// <summary>Whether the label is a number.</summary>
    public bool IsRegression => Labels.Count == 0;

    /// <summary>Column of the sentence, or of the first of a pair.</summary>
    public string Sentence1 { get; private init; } = "sentence1";

    /// <summary>Column of the second sentence; null: there is none.</summary>
    public string? Sentence2 { get; private init; } = "sentence2";

    /// <summary>Column of the label in train and dev files.</summary>
    public string Label { get; private init; } = "label";

    /// <summary>Names of the columns of train and dev files where these have no header (CoLA); null: the first line names them.</summary>
    public IReadOnlyList<string>? ColumnsWithoutHeader { get; private init; }

    /// <summary>What is scored and predicted.</summary>
    public IReadOnlyList<GlueEvaluation> Evaluations { get; private init; } = [];

    /// <summary>Metrics that are reported; the first chooses among configurations and enters the average of Table 3.</summary>
    public IReadOnlyList<GlueMetric> Metrics { get; private init; } = [GlueMetric.Accuracy];

    /// <summary>Whether it may start from a model fine-tuned on MNLI (RTE, MRPC and STS-B).</summary>
    public bool MayStartFromMnli { get; private init; }

    /// <summary>Whether it has a large training set, for which the paper tries fewer configurations (MNLI, QQP, QNLI).</summary>
    public bool IsLarge { get; private init; }

    /// <summary>CoLA, SST-2, MRPC, STS-B, QQP, MNLI, QNLI, RTE and WNLI: the tasks that are trained on.</summary>
    public static IReadOnlyList<GlueTask> All { get; } =
    [
        new() { Name = "CoLA", Sentence1 = "sentence", Sentence2 = null, ColumnsWithoutHeader = ["source", "label", "star", "sentence"], Metrics = [GlueMetric.Matthews, GlueMetric.Accuracy], Evaluations = One("CoLA", 1063) },
        new() { Name = "SST-2", Sentence1 = "sentence", Sentence2 = null, Evaluations = One("SST-2", 1821) },
        new() { Name = "MRPC", Sentence1 = "#1 String", Sentence2 = "#2 String", Label = "Quality", Metrics = [GlueMetric.F1, GlueMetric.Accuracy], Evaluations = One("MRPC", 1725), MayStartFromMnli = true },
        new() { Name = "STS-B", Label = "score", Labels = [], Metrics = [GlueMetric.Spearman, GlueMetric.Pearson], Evaluations = One("STS-B", 1379), MayStartFromMnli = true },
        new() { Name = "QQP", Sentence1 = "question1", Sentence2 = "question2", Label = "is_duplicate", Metrics = [GlueMetric.F1, GlueMetric.Accuracy], Evaluations = One("QQP", 390965), IsLarge = true },
        new()
        {
            Name = "MNLI", Label = "gold_label", Labels = InferenceLabels, IsLarge = true,
            Evaluations = [new("MNLI-m", "dev_matched", "test_matched", 9796), new("MNLI-mm", "dev_mismatched", "test_mismatched", 9847)],
        },
        new() { Name = "QNLI", Sentence1 = "question", Sentence2 = "sentence", Labels = EntailmentLabels, Evaluations = One("QNLI", 5463), IsLarge = true },
        new() { Name = "RTE", Labels = EntailmentLabels, Evaluations = One("RTE", 3000), MayStartFromMnli = true },
        new() { Name = "WNLI", Evaluations = One("WNLI", 146) },
    ];

    /// <summary>The diagnostic set, which has no training rows: a model fine-tuned on MNLI predicts it.</summary>
    public static GlueTask Diagnostics { get; } = new() { Name = "AX", Labels = InferenceLabels, Evaluations = [new("AX", null, "diagnostic", 1104)] };

    /// <summary>Finds a task by its name, in any case, with or without the hyphen.</summary>
    /// <exception cref="ArgumentException">There is no such task; the message lists them.</exception>
    public static GlueTask Find(string name) =>
        All.FirstOrDefault(task => name is not null && Plain(task.Name) == Plain(name))
        ?? throw new ArgumentException($"There is no GLUE task '{name}'. Tasks are {string.Join(", ", All.Select(task => task.Name))}.", nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private static GlueEvaluation[] One(string name, int testRows) => [new(name, "dev", "test", testRows)];

    private static string[] InferenceLabels => ["entailment", "neutral", "contradiction"];

    private static string[] EntailmentLabels => ["entailment", "not_entailment"];
}
