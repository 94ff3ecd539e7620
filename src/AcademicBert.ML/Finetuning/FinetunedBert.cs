using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
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
        PretrainedBert bert = BertEntries.Load(reader, environment.GetTemporaryFolder());
        return new FinetunedBert(new PretrainedBert(bert.Model.In(columns.Precision), bert.Tokenizer, bert.Card, bert.Labels), columns, options);
    }

    /// <summary>The same with names for the model's classes, which it takes to wherever it is exported.</summary>
    public FinetunedBert WithLabels(IReadOnlyList<string> labels) => this with { Bert = new PretrainedBert(Bert.Model, Bert.Tokenizer, Bert.Card, labels) };
}

/// <summary>Columns a fitted model reads and adds, how long inputs and batches are, and the type of matrix products.</summary>
internal sealed record ScoringColumns(string Sentence1, string? Sentence2, string Score, string? PredictedLabel, string? Probability, int MaxLength, int BatchSize, ComputePrecision Precision);
