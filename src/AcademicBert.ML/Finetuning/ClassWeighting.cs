namespace AcademicBert.Finetuning;

/// <summary>How much each class counts in the loss.</summary>
internal static class ClassWeighting
{
    /// <summary>The weights the options ask for; null when all are 1.</summary>
    /// <param name="options">The options.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="rows">The training rows.</param>
    /// <exception cref="ArgumentException">A weight is for a class that is none; the message names it.</exception>
    public static float[]? Of(BertClassifierOptions options, IReadOnlyList<string> classes, IReadOnlyList<LabelledExample> rows)
    {
        if (options.BalanceClasses)
            return Balanced(classes.Count, rows);
        if (options.ClassWeights is not { } named)
            return null;
        if (named.Keys.FirstOrDefault(name => !classes.Contains(name)) is { } unknown)
            throw new ArgumentException($"{options.GetType().Name}.{nameof(options.ClassWeights)} has a weight for '{unknown}', which is no class; the classes are {string.Join(", ", classes.Take(20))}.", nameof(options));
        return [.. classes.Select(name => (float)named.GetValueOrDefault(name, 1))];
    }

    private static float[] Balanced(int classes, IReadOnlyList<LabelledExample> rows)
    {
        var counts = new int[classes];
        foreach (LabelledExample row in rows)
            counts[(int)row.Target]++;
        int present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 1 : (float)rows.Count / present / count)];
    }
}
