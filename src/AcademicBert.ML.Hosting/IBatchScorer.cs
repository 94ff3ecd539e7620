using Microsoft.ML;

namespace AcademicBert.ML.Hosting;

/// <summary>Scores rows in groups: reads them one by one, computes once, gives the results one by one. One per cursor; not thread-safe.</summary>
public interface IBatchScorer : IDisposable
{
    /// <summary>Forgets all rows.</summary>
    void Clear();

    /// <summary>Reads the inputs of the row that the source stands on.</summary>
    void Add();

    /// <summary>Scores all rows added since <see cref="Clear"/>; called once for them, and only if an output is asked for.</summary>
    void Score();

    /// <summary>Makes a getter of an output column.</summary>
    /// <param name="output">Index of the column in <see cref="BatchTransformer.MakeOutputColumns"/>.</param>
    /// <param name="row">Says which of the added rows is asked for.</param>
    /// <returns>A <see cref="ValueGetter{TValue}"/> of the column's type.</returns>
    Delegate MakeGetter(int output, Func<int> row);
}
