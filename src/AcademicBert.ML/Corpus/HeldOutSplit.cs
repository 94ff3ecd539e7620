namespace AcademicBert.Corpus;

/// <summary>
/// Sends each document to training or validation by the hash of its text. When one side would stay empty, it gets the
/// document of the other side whose hash is nearest to the border.
/// </summary>
internal sealed class HeldOutSplit
{
    private readonly ulong _border;
    private readonly bool _guarantee;
    private readonly Side _train, _validation;

    public HeldOutSplit(double heldOutFraction, SamplePacker train, SamplePacker validation)
    {
        _border = (ulong)(heldOutFraction * 18446744073709551616.0);
        _guarantee = heldOutFraction > 0;
        _train = new Side(train);
        _validation = new Side(validation);
    }

    public long TrainDocuments => _train.Written;

    public long ValidationDocuments => _validation.Written;

    public void Add(ulong hash, ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds)
    {
        bool heldOut = hash < _border;
        Side own = heldOut ? _validation : _train;
        Side other = heldOut ? _train : _validation;
        own.HasOwn = true;
        Release(own.Reserve, to: other);
        if (other.HasOwn || !_guarantee)
        {
            own.Write(tokens, sentenceEnds);
            return;
        }

        // Documents of equal text stay together, or validation would repeat training.
        List<Kept> reserve = other.Reserve;
        bool nearer = reserve.Count == 0 || (heldOut ? hash > reserve[0].Hash : hash < reserve[0].Hash);
        if (nearer)
            Release(reserve, to: own);
        if (nearer || hash == reserve[0].Hash)
            reserve.Add(new Kept(hash, tokens.ToArray(), sentenceEnds.ToArray()));
        else
            own.Write(tokens, sentenceEnds);
    }

    /// <summary>Gives an empty side what was kept for it.</summary>
    public void Complete()
    {
        Release(_train.Reserve, to: _train);
        Release(_validation.Reserve, to: _validation);
    }

    private static void Release(List<Kept> reserve, Side to)
    {
        foreach (Kept document in reserve)
            to.Write(document.Tokens, document.SentenceEnds);
        reserve.Clear();
    }

    private readonly record struct Kept(ulong Hash, int[] Tokens, int[] SentenceEnds);

    private sealed class Side(SamplePacker packer)
    {
        /// <summary>Whether a document came that belongs here by its hash.</summary>
        public bool HasOwn { get; set; }

        /// <summary>Documents that belong to the other side and come here should there be none.</summary>
        public List<Kept> Reserve { get; } = [];

        public long Written { get; private set; }

        public void Write(ReadOnlySpan<int> tokens, ReadOnlySpan<int> sentenceEnds)
        {
            packer.Add(tokens, sentenceEnds);
            Written++;
        }
    }
}
