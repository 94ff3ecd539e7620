using AcademicBert.Modeling;

namespace AcademicBert.Reports.Tables;

/// <summary>Numbers of <i>How to Train BERT with an Academic Budget</i> (Izsak, Berchansky, Levy, 2021), to stand beside ours.</summary>
internal static class Paper
{
    /// <summary>What Table 1 trains on: a million steps of 256 samples.</summary>
    public const double Samples = 256e6;

    /// <summary>Tokens of a sample.</summary>
    public const int SequenceLength = 128;

    /// <summary>Shape of BERT-base.</summary>
    public static BertConfig Base { get; } = new() { Layers = 12, HiddenSize = 768, Heads = 12, IntermediateSize = 3072 };

    /// <summary>Shape of BERT-large.</summary>
    public static BertConfig Large { get; } = new() { Layers = 24, HiddenSize = 1024, Heads = 16, IntermediateSize = 4096 };

    /// <summary>Table 1: days for <see cref="Samples"/> on 8 GPUs of 12 GB.</summary>
    public static IReadOnlyList<(bool IsNaive, string Network, BertConfig Shape, int BatchSize, double Days)> Throughput { get; } =
    [
        (true, "BERT-base", Base, 256, 5.85),
        (true, "BERT-large", Large, 128, 26.33),
        (false, "BERT-large", Large, 128, 14.11),
        (false, "BERT-large", Large, 256, 8.34),
        (false, "BERT-large", Large, 4096, 2.74),
        (false, "BERT-large", Large, 8192, 2.53),
        (false, "BERT-large", Large, 16384, 2.41),
    ];

    /// <summary>Table 2: the five best configurations, then the settings of the two BERTs; held-out loss after 24 hours.</summary>
    public static IReadOnlyList<(string Name, int BatchSize, double Peak, double Warmup, double Days, double Loss)> Best { get; } =
    [
        ("1", 4096, 2e-3, 0.06, 1, 1.717),
        ("2", 4096, 1e-3, 0.02, 1, 1.717),
        ("3", 4096, 1e-3, 0.06, 1, 1.720),
        ("4", 8192, 1e-3, 0.06, 1, 1.722),
        ("5", 4096, 2e-3, 0.04, 1, 1.723),
        ("BERT-base", 256, 1e-4, 0.111, 3, 2.050),
        ("BERT-large", 256, 1e-4, 0.111, 8.3, 2.318),
    ];

    /// <summary>The columns of Table 3, by the names of <see cref="Glue.GlueAverage"/>.</summary>
    public static IReadOnlyList<string> GlueNames { get; } = ["MNLI-m", "MNLI-mm", "QNLI", "QQP", "RTE", "SST-2", "MRPC", "CoLA", "STS-B"];

    /// <summary>Table 3: scores on the test sets in the order of <see cref="GlueNames"/>, and the averages as printed there. Those of the two BERTs are the leaderboard's.</summary>
    public static IReadOnlyList<(string Name, double[] Scores, double Average)> Glue { get; } =
    [
        ("24hBERT", [0.844, 0.838, 0.906, 0.707, 0.577, 0.930, 0.875, 0.571, 0.820], 0.785),
        ("BERT-base", [0.846, 0.834, 0.905, 0.712, 0.664, 0.935, 0.889, 0.521, 0.871], 0.798),
        ("BERT-large", [0.867, 0.859, 0.927, 0.721, 0.701, 0.949, 0.893, 0.605, 0.876], 0.822),
    ];
}
