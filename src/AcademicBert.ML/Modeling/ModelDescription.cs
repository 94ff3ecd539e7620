namespace AcademicBert.Modeling;

/// <summary>What a <c>config.json</c> says of a model.</summary>
/// <param name="Config">The encoder.</param>
/// <param name="Head">The head.</param>
/// <param name="Labels">Names of a classifier's classes, in the order of its outputs; null if there are none.</param>
internal sealed record ModelDescription(BertConfig Config, HeadSpec Head, IReadOnlyList<string>? Labels = null);
