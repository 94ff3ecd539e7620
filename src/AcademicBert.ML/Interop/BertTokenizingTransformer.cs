using AcademicBert.Interop;
using AcademicBert.Interop.Onnx;
using AcademicBert.ML.Hosting;
using AcademicBert.Scoring;
using AcademicBert.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: ModelPart("BertTokenizing", typeof(BertTokenizingTransformer), typeof(BertTokenizingTransformer.Factory))]

namespace AcademicBert.Interop;

/// <summary>Adds <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c> to rows of text: vectors of int64, padded to one length.</summary>
public sealed class BertTokenizingTransformer : BatchTransformer
{
    // Rows are padded to their length, and no model is at hand to say how long that may be.
    private const int LongestInput = 1 << 16;

    private readonly TextColumns _columns;

    internal BertTokenizingTransformer(IHostEnvironment environment, TextColumns columns)
        : base(environment, nameof(BertTokenizingTransformer)) => _columns = columns;

    /// <inheritdoc/>
    protected override int BatchSize => 64;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputColumns => _columns.Names;

    /// <inheritdoc/>
    protected override DataViewSchema.DetachedColumn[] MakeOutputColumns(DataViewSchema input)
    {
        _columns.Require(input);
        var type = new VectorDataViewType(NumberDataViewType.Int64, _columns.MaxLength);
        return [new(OnnxNames.InputIds, type), new(OnnxNames.AttentionMask, type), new(OnnxNames.TokenTypeIds, type)];
    }

    /// <inheritdoc/>
    protected override IBatchScorer MakeScorer(DataViewRow input, int capacity) => new Scorer(_columns, input);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteJson("columns", new Stored(_columns.First, _columns.Second, _columns.MaxLength));
        FolderEntries.Save(writer, folder => TokenizerFolder.Save(_columns.Tokenizer, folder, _columns.MaxLength));
    }

    private sealed record Stored(string First, string? Second, int MaxLength);

    private sealed class Scorer(TextColumns columns, DataViewRow input) : IBatchScorer
    {
        private readonly TextColumns.Reader _reader = columns.Open(input);
        private readonly List<EncodedInput> _inputs = [];

        public void Clear() => _inputs.Clear();

        public void Add() => _inputs.Add(_reader.Read());

        public void Score()
        {
            // Tokenizing is all there is to do.
        }

        public Delegate MakeGetter(int output, Func<int> row) => (ValueGetter<VBuffer<long>>)((ref VBuffer<long> value) =>
        {
            EncodedInput read = _inputs[row()];
            VBufferEditor<long> editor = VBufferEditor.Create(ref value, columns.MaxLength);
            for (int i = 0; i < columns.MaxLength; i++)
                editor.Values[i] = output switch
                {
                    0 => i < read.Length ? read.Ids[i] : columns.Tokenizer.Vocabulary.PadId,
                    1 => i < read.Length ? 1 : 0,
                    _ => i >= read.SecondStart && i < read.Length ? 1 : 0,
                };
            value = editor.Commit();
        });

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    internal sealed class Factory : IModelPartFactory
    {
        public ITransformer Load(IHostEnvironment environment, ModelReader reader)
        {
            Stored stored = reader.ReadJson<Stored>("columns");
            TextColumns.RequireNames(stored.Second is null ? [stored.First] : [stored.First, stored.Second]);
            ArgumentOutOfRangeException.ThrowIfLessThan(stored.MaxLength, 3);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(stored.MaxLength, LongestInput);
            BertWordPieceTokenizer tokenizer = FolderEntries.Load(reader, environment.GetTemporaryFolder(), TokenizerFolder.Load);
            return new BertTokenizingTransformer(environment, new TextColumns(stored.First, stored.Second, tokenizer, stored.MaxLength));
        }
    }
}
