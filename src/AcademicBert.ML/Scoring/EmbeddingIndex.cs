using System.Numerics.Tensors;

namespace AcademicBert.Scoring;

/// <summary>What was found: which vector, and how similar it is.</summary>
/// <param name="Id">Its number, in the order of adding, from 0.</param>
/// <param name="Similarity">Cosine of the angle to the query, from -1 to 1.</param>
public readonly record struct Neighbour(int Id, float Similarity);

/// <summary>Finds the vectors that are most similar to a query by cosine, exactly, in memory. Searches may run at the same time; adding may not.</summary>
public sealed class EmbeddingIndex
{
    // 256 KB: little for a small index, and few blocks for a large one.
    private const int BlockNumbers = 1 << 16;

    private readonly int _width, _vectorsOfBlock;
    private readonly List<float[]> _blocks = [];

    /// <summary>Makes an empty index.</summary>
    /// <param name="width">Numbers in a vector.</param>
    public EmbeddingIndex(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (_width, _vectorsOfBlock) = (width, Math.Max(1, BlockNumbers / width));
    }

    /// <summary>Number of vectors.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a vector; its length does not matter. A vector of zeros is similar to nothing.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">It has another width, or a number that is not finite.</exception>
    public int Add(ReadOnlySpan<float> vector)
    {
        if (Count == _blocks.Count * _vectorsOfBlock)
            _blocks.Add(new float[_vectorsOfBlock * _width]);
        Normalize(vector, Unit(Count));
        return Count++;
    }

    /// <summary>The most similar vectors, the best first; earlier ones first when equal.</summary>
    /// <param name="query">The query; its length does not matter.</param>
    /// <param name="count">Most vectors to return.</param>
    /// <exception cref="ArgumentException">The query has another width, or a number that is not finite.</exception>
    public IReadOnlyList<Neighbour> Search(ReadOnlySpan<float> query, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        float[] unit = new float[_width];
        Normalize(query, unit);
        // The worst of those kept is at the front.
        var kept = new PriorityQueue<Neighbour, (float Similarity, int Age)>(count);
        for (int id = 0; id < Count; id++)
        {
            float similarity = TensorPrimitives.Dot(unit, Unit(id));
            if (kept.Count < count)
                kept.Enqueue(new Neighbour(id, similarity), (similarity, -id));
            else
                kept.EnqueueDequeue(new Neighbour(id, similarity), (similarity, -id));
        }

        return [.. kept.UnorderedItems.Select(item => item.Element).OrderByDescending(found => found.Similarity).ThenBy(found => found.Id)];
    }

    private Span<float> Unit(int id) => _blocks[id / _vectorsOfBlock].AsSpan(id % _vectorsOfBlock * _width, _width);

    private void Normalize(ReadOnlySpan<float> vector, Span<float> unit)
    {
        if (vector.Length != _width)
            throw new ArgumentException($"The vector has {vector.Length} numbers, those of the index have {_width}.", nameof(vector));
        int largest = TensorPrimitives.IndexOfMaxMagnitude(vector);
        // Similarities would be NaN, which has no place in an order.
        if (!float.IsFinite(vector[largest]))
            throw new ArgumentException($"Number {largest} of the vector is {vector[largest]}; numbers of a vector are finite.", nameof(vector));
        if (vector[largest] == 0)
        {
            unit.Clear();
            return;
        }

        // First to numbers around 1: the squares of large and of small ones leave fp32's range.
        TensorPrimitives.Divide(vector, vector[largest], unit);
        TensorPrimitives.Divide(unit, float.CopySign(TensorPrimitives.Norm<float>(unit), vector[largest]), unit);
    }
}
