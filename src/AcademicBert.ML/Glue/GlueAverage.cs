namespace AcademicBert.Glue;

/// <summary>The average of the paper's Table 3: nine numbers, MNLI's two halves apart, WNLI left out.</summary>
public static class GlueAverage
{
    /// <summary>Names of the nine: F1 for QQP and MRPC, Matthews correlation for CoLA, Spearman correlation for STS-B, accuracy for the rest.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. GlueTask.All.Where(task => task.Name != "WNLI").SelectMany(task => task.Evaluations).Select(evaluation => evaluation.Submission)];

    /// <summary>Their mean.</summary>
    /// <param name="scores">The score of each evaluation by its name, such as <c>MNLI-mm</c>; others are left out.</param>
    /// <returns>The mean; null if one of the nine is missing.</returns>
    public static double? Of(IReadOnlyDictionary<string, double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Names.All(scores.ContainsKey) ? Names.Average(name => scores[name]) : null;
    }
}
