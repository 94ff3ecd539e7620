using AcademicBert.ML.Hosting;
using AcademicBert.Modeling;
using AcademicBert.Scoring;
using AcademicBert.Training;
using Microsoft.ML.Runtime;

namespace AcademicBert.Finetuning;

/// <summary>What fitting a trainer gives and a model file holds: the model, where it reads and writes, and how it was trained, if that is known.</summary>
internal sealed record FinetunedBert(PretrainedBert Bert, ScoringColumns Columns, FinetuningOptions? Options)
{
    private const string OptionsEntry = "finetuning";

    /// <summary>A model that was trained before.</summary>
    /// <exception cref="ArgumentException">Inputs are to be longer than the model allows.</exception>
    public static FinetunedBert Of(PretrainedBert bert, ScoringColumns columns)
    {
        TextColumns.RequireLength(columns.MaxLength, bert);
        return new FinetunedBert(bert.In(columns.Precision), columns with { MaxLength = columns.MaxLength == 0 ? bert.Config.MaxPositions : columns.MaxLength }, null);
    }

    public void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", Columns);
        if (Options is not null)
            writer.WriteJson(OptionsEntry, Options);
        BertEntries.Save(writer, Bert);
    }

    /// <exception cref="InvalidDataException">An entry is missing or damaged; the message names it.</exception>
    public static FinetunedBert Load(IHostEnvironment environment, ModelReader reader)
    {
        ScoringColumns columns = reader.ReadJson<ScoringColumns>("columns");
        columns.Validate();
        FinetuningOptions? options = reader.TryReadEntry(OptionsEntry, _ => { }) ? reader.ReadJson<FinetuningOptions>(OptionsEntry) : null;
        PretrainedBert bert = BertEntries.Load(reader, environment.GetTemporaryFolder());
        TextColumns.RequireLength(columns.MaxLength, bert);
        return new FinetunedBert(bert.In(columns.Precision), columns, options);
    }

    /// <summary>The same with names for the model's classes, which it takes to wherever it is exported.</summary>
    public FinetunedBert WithLabels(IReadOnlyList<string> labels) => this with { Bert = new PretrainedBert(Bert.Model, Bert.Tokenizer, Bert.Card, labels) };
}

/// <summary>Columns a fitted model reads and adds, how long inputs (0: as long as the model allows) and batches are, and the type of matrix products.</summary>
internal sealed record ScoringColumns(string Sentence1, string? Sentence2, string Score, string? PredictedLabel, string? Probability, int MaxLength, int BatchSize, ComputePrecision Precision)
{
    /// <summary>The columns that are read.</summary>
    public IReadOnlyList<string> Texts => Sentence2 is null ? [Sentence1] : [Sentence1, Sentence2];

    /// <exception cref="ArgumentException">A column has no name, or a number is out of its range.</exception>
    public void Validate()
    {
        TextColumns.RequireNames([.. Texts, Score]);
        TextColumns.RequireDistinct(Score, PredictedLabel, Probability);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxLength);
        TextColumns.RequireBatch(BatchSize);
    }
}
