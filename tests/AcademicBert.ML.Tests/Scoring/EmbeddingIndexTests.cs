using System.Numerics.Tensors;
using AcademicBert.Scoring;

namespace AcademicBert.Tests.Scoring;

[TestClass]
public sealed class EmbeddingIndexTests
{
    [TestMethod]
    public void Search_RandomVectors_FindsWhatSortingAllOfThemFinds()
    {
        var random = new Random(5);
        float[][] vectors = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 17).Select(_ => random.NextSingle() - 0.5f).ToArray())];
        var index = new EmbeddingIndex(17);
        foreach (float[] vector in vectors)
            index.Add(vector);
        float[] query = [.. vectors[42].Select(value => 3 * value + 0.01f)];
        IReadOnlyList<Neighbour> found = index.Search(query, 10);
        (float Similarity, int Id)[] expected = [.. vectors.Select((vector, id) => (TensorPrimitives.CosineSimilarity(vector, query), id)).OrderByDescending(pair => pair.Item1).Take(10)];
        Assert.AreSequenceEqual(expected.Select(pair => pair.Id), found.Select(neighbour => neighbour.Id));
        Assert.AreEqual(42, found[0].Id);
        foreach ((var wanted, Neighbour got) in expected.Zip(found))
            Assert.AreEqual(wanted.Similarity, got.Similarity, 1e-5);
    }

    [TestMethod]
    public void Search_EqualAndEmptyVectors_EarlierFirstAndNoNumberThatIsNone()
    {
        var index = new EmbeddingIndex(2);
        foreach (float[] vector in (float[][])[[0, 0], [1, 1], [2, 2], [-1, -1]])
            index.Add(vector);
        Assert.AreSequenceEqual([1, 2, 0, 3], index.Search([5, 5], 9).Select(found => found.Id));
        Assert.IsTrue(index.Search([0, 0], 4).All(found => found.Similarity == 0));
        Assert.ThrowsExactly<ArgumentException>(() => index.Add([1, 2, 3]));
    }

    [TestMethod]
    public void Search_VectorsOfManyBlocks_FindsEach()
    {
        var index = new EmbeddingIndex(30_000);
        for (int id = 0; id < 7; id++)
            Assert.AreEqual(id, index.Add(OneAt(id)));
        for (int id = 0; id < 7; id++)
            Assert.AreEqual(new Neighbour(id, 1), index.Search(OneAt(id), 1)[0]);

        static float[] OneAt(int place)
        {
            var vector = new float[30_000];
            vector[4000 * place] = 1;
            return vector;
        }
    }

    [TestMethod]
    [DataRow(1e38f)]
    [DataRow(1e20f)]
    [DataRow(1e-25f)]
    [DataRow(float.Epsilon)]
    public void Search_VectorOfAnyLength_IsAsSimilarAsOneOfLengthOne(float length)
    {
        var index = new EmbeddingIndex(2);
        index.Add([length, length]);
        index.Add([-length, 0]);
        foreach (float[] query in (float[][])[[-1, -1], [-length, -length]])
        {
            IReadOnlyList<Neighbour> found = index.Search(query, 2);
            Assert.AreSequenceEqual([1, 0], found.Select(neighbour => neighbour.Id));
            Assert.AreEqual(Math.Sqrt(0.5), found[0].Similarity, 1e-6);
            Assert.AreEqual(-1, found[1].Similarity, 1e-6);
        }
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.NegativeInfinity)]
    public void AddAndSearch_ANumberThatIsNotFinite_IsRefusedAndNamed(float number)
    {
        var index = new EmbeddingIndex(3);
        Assert.Contains("Number 1 ", Assert.ThrowsExactly<ArgumentException>(() => index.Add([1, number, 2])).Message);
        Assert.AreEqual(0, index.Count);
        index.Add([1, 2, 3]);
        Assert.ThrowsExactly<ArgumentException>(() => index.Search([number, 2, 3], 1));
    }
}
