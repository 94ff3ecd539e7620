namespace AcademicBert.Modeling;

/// <summary>
/// What a loss is multiplied by before its backward pass, so that fp16 holds the gradients: halved when a gradient is not finite, doubled
/// after <see cref="Patience"/> steps in a row that are. Fixed at 1 for types that need none. It is meant for the mean loss of a step; as
/// losses here are sums, what they are multiplied by is <see cref="Factor"/>.
/// </summary>
internal sealed class LossScale
{
    /// <summary>Where a dynamic scale starts.</summary>
    public const float Start = 65536;

    /// <summary>Steps without overflow after which it is doubled.</summary>
    public const int Patience = 2000;

    private const float Most = 16777216;

    /// <summary>Whether it changes.</summary>
    public bool IsDynamic { get; private set; }

    /// <summary>The scale of a mean.</summary>
    public float Value { get; private set; } = 1;

    /// <summary>The scale of a sum.</summary>
    public float Factor => IsDynamic ? Value / Targets : 1;

    /// <summary>A power of two near the number of targets that a step sums over.</summary>
    public float Targets { get; private set; } = 1;

    /// <summary>Steps since the last overflow or change.</summary>
    public int CleanSteps { get; private set; }

    /// <summary>Makes it dynamic.</summary>
    public void MakeDynamic() => (IsDynamic, Value, CleanSteps) = (true, Start, 0);

    /// <summary>Says how many targets a step sums over, about.</summary>
    public void Expect(double targets) => Targets = MathF.Pow(2, (float)Math.Ceiling(Math.Log2(Math.Max(1, targets))));

    /// <summary>Goes on where another run was; null: it had no dynamic one.</summary>
    public void Restore(float? value, int cleanSteps)
    {
        if (IsDynamic && value is { } saved)
            (Value, CleanSteps) = (saved, cleanSteps);
    }

    /// <summary>Learns whether the gradient of a step was finite.</summary>
    /// <returns>Whether a gradient that is not finite is the scale's fault: it was above 1, and is lower now.</returns>
    public bool Update(bool finite)
    {
        if (!IsDynamic)
            return false;
        if (!finite)
        {
            bool lower = Value > 1;
            (Value, CleanSteps) = (Math.Max(1, Value / 2), 0);
            return lower;
        }

        if (++CleanSteps >= Patience)
            (Value, CleanSteps) = (Math.Min(Most, Value * 2), 0);
        return false;
    }
}
