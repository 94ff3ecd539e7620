using AcademicBert.Native;

namespace AcademicBert.Corpus;

/// <summary>Makes samples of documents and writes them to a store. No token is lost.</summary>
internal abstract class SamplePacker(TokenStoreWriter writer, CorpusOptions options)
{
    private readonly int[] _sample = new int[options.SequenceLength - 2];
    private int? _target;

    public static SamplePacker Create(TokenStoreWriter writer, CorpusOptions options, int separatorId) => options.Packing switch
    {
        PackingMode.Sentences => new SentencePacker(writer, options),
        PackingMode.SentencePairs => new SentencePairPacker(writer, options, separatorId),
        _ => new FullPacker(writer, options, separatorId),
    };

    /// <summary>Number of [SEP] put between documents, or between the parts of a pair.</summary>
    public long Separators { get; protected set; }

    /// <summary>Tokens in the unfinished sample.</summary>
    protected int Length { get; private set; }

    /// <summary>Whether the unfinished sample begins where its document does.</summary>
    protected bool StartsDocument { get; set; }

    /// <summary>Most tokens a sample can have, separators that are put into it not counted.</summary>
    protected virtual int Capacity => _sample.Length;

    /// <summary>Number of tokens at which the unfinished sample is to end: its capacity, or less if it was drawn to be short.</summary>
    protected int Target => _target ??= DrawTarget();

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

    /// <summary>Puts a token before the one at <paramref name="position"/>.</summary>
    protected void Insert(int position, int token)
    {
        _sample.AsSpan(position, Length - position).CopyTo(_sample.AsSpan(position + 1));
        _sample[position] = token;
        Length++;
    }

    protected virtual void Emit()
    {
        if (Length == 0)
            return;
        writer.Write(_sample.AsSpan(0, Length), StartsDocument);
        StartsDocument = false;
        Length = 0;
        _target = null;
    }

    private int DrawTarget()
    {
        (uint choice, uint length) = Draw(0);
        return choice < options.ShortSampleProbability * 4294967296.0 ? 2 + (int)((ulong)length * (ulong)(Capacity - 1) >> 32) : Capacity;
    }

    /// <summary>Two random words that depend on the seed, the number of the sample and what they are for.</summary>
    private (uint First, uint Second) Draw(uint stream)
    {
        ulong number = (ulong)writer.SampleCount;
        (uint first, uint second, _, _) = PhiloxDropout.Generate((uint)number, (uint)(number >> 32), stream, 0, (uint)options.Seed, (uint)(options.Seed >> 32));
        return (first, second);
    }

    /// <summary>Whole sentences of one document; a sentence longer than a sample is cut and its rest starts the next sample.</summary>
    private class SentencePacker(TokenStoreWriter writer, CorpusOptions options) : SamplePacker(writer, options)
    {
        public override void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds)
        {
            StartsDocument = true;
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
                EndSentence();
                if (Length >= Target)
                    Emit();
            }

            Emit();
        }

        protected virtual void EndSentence()
        {
        }
    }

    /// <summary>Whole sentences of one document in two parts, divided after one of its sentences, each as likely.</summary>
    private sealed class SentencePairPacker(TokenStoreWriter writer, CorpusOptions options, int separatorId) : SentencePacker(writer, options)
    {
        private const uint Stream = 1;

        private readonly List<int> _ends = [];

        protected override int Capacity => base.Capacity - 1;

        protected override void EndSentence() => _ends.Add(Length);

        protected override void Emit()
        {
            _ends.Remove(Length);
            if (_ends.Count > 0)
            {
                Insert(_ends[(int)((ulong)Draw(Stream).First * (ulong)_ends.Count >> 32)], separatorId);
                Separators++;
            }

            _ends.Clear();
            base.Emit();
        }
    }

    /// <summary>Every sample filled, with [SEP] where one document ends and the next begins inside a sample.</summary>
    private sealed class FullPacker(TokenStoreWriter writer, CorpusOptions options, int separatorId) : SamplePacker(writer, options)
    {
        public override void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds)
        {
            // A separator needs a token behind it; the samples' own delimiters serve where a document ends with a sample.
            if (Length + 2 > Target)
                Emit();
            if (Length == 0)
                StartsDocument = true;
            else
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
