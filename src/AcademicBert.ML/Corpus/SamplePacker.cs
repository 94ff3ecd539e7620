using AcademicBert.Native;

namespace AcademicBert.Corpus;

/// <summary>Makes samples of documents and writes them to a store. No token is lost.</summary>
internal abstract class SamplePacker(TokenStoreWriter writer, CorpusOptions options)
{
    private readonly int[] _sample = new int[options.SequenceLength - 2];
    private int _target = -1;

    public static SamplePacker Create(TokenStoreWriter writer, CorpusOptions options, int separatorId) => options.Packing switch
    {
        PackingMode.Sentences => new SentencePacker(writer, options),
        _ => new FullPacker(writer, options, separatorId),
    };

    /// <summary>Number of [SEP] put between documents.</summary>
    public long Separators { get; protected set; }

    /// <summary>Tokens in the unfinished sample.</summary>
    protected int Length { get; private set; }

    /// <summary>Most tokens a sample can have.</summary>
    protected int Capacity => _sample.Length;

    /// <summary>Number of tokens at which the unfinished sample is to end: its capacity, or less if it was drawn to be short.</summary>
    protected int Target => _target >= 0 ? _target : _target = DrawTarget();

    /// <summary>Adds a document.</summary>
    /// <param name="tokens">Its token ids, at least one.</param>
    /// <param name="sentenceEnds">Ends of its sentences in tokens; the last is the number of tokens.</param>
    public abstract void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds);

    /// <summary>Writes what is left as the last sample.</summary>
    public void Complete() => Emit();

    protected void Append(ReadOnlySpan<int> tokens)
    {
        tokens.CopyTo(_sample.AsSpan(Length));
        Length += tokens.Length;
    }

    protected void Emit()
    {
        if (Length == 0)
            return;
        writer.Write(_sample.AsSpan(0, Length));
        Length = 0;
        _target = -1;
    }

    private int DrawTarget()
    {
        if (options.ShortSampleProbability == 0)
            return Capacity;
        ulong number = (ulong)writer.SampleCount;
        (uint choice, uint length, _, _) = PhiloxDropout.Generate((uint)number, (uint)(number >> 32), 0, 0, (uint)options.Seed, (uint)(options.Seed >> 32));
        return choice < options.ShortSampleProbability * 4294967296.0 ? 2 + (int)((ulong)length * (ulong)(Capacity - 1) >> 32) : Capacity;
    }

    /// <summary>Whole sentences of one document; a sentence longer than a sample is cut and its rest starts the next sample.</summary>
    private sealed class SentencePacker(TokenStoreWriter writer, CorpusOptions options) : SamplePacker(writer, options)
    {
        public override void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds)
        {
            int start = 0;
            foreach (int end in sentenceEnds)
            {
                ReadOnlySpan<int> sentence = tokens[start..end];
                start = end;
                if (Length + sentence.Length > Capacity && sentence.Length <= Capacity)
                    Emit();

                // It has to be cut anyway, so it fills the sample that is begun.
                while (Length + sentence.Length > Capacity)
                {
                    int room = Capacity - Length;
                    Append(sentence[..room]);
                    Emit();
                    sentence = sentence[room..];
                }

                Append(sentence);
                if (Length >= Target)
                    Emit();
            }

            Emit();
        }
    }

    /// <summary>Every sample filled, with [SEP] where one document ends and the next begins inside a sample.</summary>
    private sealed class FullPacker(TokenStoreWriter writer, CorpusOptions options, int separatorId) : SamplePacker(writer, options)
    {
        public override void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds)
        {
            // A separator needs a token behind it; the samples' own delimiters serve where a document ends with a sample.
            if (Length > 0 && Length + 2 > Target)
                Emit();
            if (Length > 0)
            {
                Append([separatorId]);
                Separators++;
            }

            while (!tokens.IsEmpty)
            {
                int count = Math.Min(Target - Length, tokens.Length);
                Append(tokens[..count]);
                tokens = tokens[count..];
                if (Length == Target)
                    Emit();
            }
        }
    }
}
