using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>What fitting a trainer gives and a model file holds: the model, where it reads and writes, and how it was trained.</summary>
internal sealed record FinetunedBert(PretrainedBert Bert, ScoringColumns Columns, FinetuningOptions Options)
{
    public void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", Columns);
        writer.WriteJson("finetuning", Options);
        BertEntries.Save(writer, Bert);
    }

    /// <exception cref="InvalidDataException">An entry is missing or damaged; the message names it.</exception>
    public static FinetunedBert Load(IHostEnvironment environment, ModelReader reader)
    {
        ScoringColumns columns = reader.ReadJson<ScoringColumns>("columns");
        FinetuningOptions options = reader.ReadJson<FinetuningOptions>("finetuning");
        return new FinetunedBert(BertEntries.Load(reader, environment.GetTemporaryFolder()), columns, options);
    }
}

/// <summary>Columns a fitted model reads and adds, and how long inputs and batches are.</summary>
internal sealed record ScoringColumns(string Sentence1, string? Sentence2, string Score, string? PredictedLabel, string? Probability, int MaxLength, int BatchSize);
