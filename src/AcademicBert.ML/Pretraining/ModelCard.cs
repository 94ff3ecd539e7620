using System.Globalization;
using System.Text;
using AcademicBert.Corpus;
using AcademicBert.Modeling;
using AcademicBert.Training;

namespace AcademicBert.Pretraining;

/// <summary>The README of a model folder: what the model is, what it was trained on, for how long, and how well it predicts held-out words.</summary>
internal static class ModelCard
{
    public static string Write(BertConfig config, long parameters, PretrainingOptions options, CorpusManifest corpus, TrainingPosition position, ValidationScore? validation)
    {
        var text = new StringBuilder();
        text.AppendLine("# BERT, pretrained with AcademicBert").AppendLine();
        text.AppendLine("| | |").AppendLine("|---|---|");
        Row("Architecture", $"{config.Layers} layer{Plural(config.Layers)}, hidden {config.HiddenSize}, {config.Heads} head{Plural(config.Heads)}, feed-forward {config.IntermediateSize}{(config.GatedFeedForward ? ", gated" : "")}, {config.NormPlacement}");
        Row("Parameters", $"{parameters:N0}");
        Row("Vocabulary", $"{config.VocabularySize:N0} WordPieces");
        Row("Corpus", $"{corpus.Source.Replace("|", "\\|", StringComparison.Ordinal)}: {corpus.DocumentsRead:N0} document{Plural(corpus.DocumentsRead)}, {corpus.Tokens:N0} tokens, {corpus.Train.SampleCount:N0} samples of {corpus.SequenceLength} tokens");
        if (options.From is { } start)
            Row("Began with", $"the model of '{start}'; the figures below are of what came after");
        Row("Budget", $"{options.Budget}");
        Row("Trained", $"{position.Steps:N0} step{Plural(position.Steps)} of {options.BatchSize:N0} sample{Plural(options.BatchSize)}, {position.Samples:N0} samples, {Time(TimeSpan.FromSeconds(position.Seconds))}");
        Row("Learning rate", $"peak {options.Schedule.Peak}, warm-up {options.Schedule.WarmupProportion:P0}, {options.Schedule.Curve}");
        if (validation is { } score)
            Row("Held-out", $"loss {score.Loss:F3}, accuracy {score.Accuracy:P1} over {score.MaskedTokens:N0} masked tokens");
        Row("Seed", $"{options.Seed}");
        return text.ToString();

        static string Plural(long count) => count == 1 ? "" : "s";

        static string Time(TimeSpan time) => time.ToString(time.TotalDays >= 1 ? @"d'd 'hh\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

        void Row(string name, FormattableString value) => text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {value.ToString(CultureInfo.InvariantCulture)} |");
    }
}
