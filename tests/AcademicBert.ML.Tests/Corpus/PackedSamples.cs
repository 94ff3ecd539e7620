using AcademicBert.Corpus;

namespace AcademicBert.Tests.Corpus;

/// <summary>What a packer makes of documents, read back from the store.</summary>
/// <param name="Samples">The samples without the delimiters around them.</param>
/// <param name="Separators">Separators the packer says it has put in.</param>
/// <param name="Starts">Numbers of the samples that begin where a document does, but for the first.</param>
internal sealed record PackedSamples(List<int[]> Samples, long Separators, List<int> Starts)
{
    public const int Separator = 3, Vocabulary = 70_000;

    /// <summary>Packs documents of sentences of tokens.</summary>
    public static PackedSamples Of(CorpusOptions options, int[][][] documents)
    {
        using var folder = new TextFolder();
        long separators;
        using (var writer = new TokenStoreWriter(folder.Path, "train", new TokenStoreFormat(0, 0, options.SequenceLength, 2, Separator, Vocabulary, "any")))
        {
            SamplePacker packer = SamplePacker.Create(writer, options, Separator);
            foreach (int[][] document in documents)
            {
                int end = 0;
                packer.Add([.. document.SelectMany(sentence => sentence)], [.. document.Select(sentence => end += sentence.Length)]);
            }

            packer.Complete();
            separators = packer.Separators;
            writer.Complete();
        }

        using var store = TokenStore.Open(folder.Path, "train", fingerprint: null);
        int[] sample = new int[options.SequenceLength];
        List<int[]> samples = [.. Enumerable.Range(0, (int)store.SampleCount).Select(index => sample[1..(store.CopySample(index, sample) - 1)])];
        return new PackedSamples(samples, separators, [.. Enumerable.Range(1, Math.Max(0, samples.Count - 1)).Where(index => !store.AreOfOneDocument(index - 1, index))]);
    }
}
