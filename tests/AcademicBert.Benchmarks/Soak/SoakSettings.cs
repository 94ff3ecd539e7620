namespace AcademicBert.Benchmarks.Soak;

/// <summary>What a soak learns.</summary>
/// <param name="Data">Text to pretrain on, or the folder of GLUE's tasks.</param>
/// <param name="Vocabulary">vocab.txt to tokenize with.</param>
internal sealed record SoakSettings(string Data, string Vocabulary);
