using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AcademicBert.Training;

/// <summary>What a budget is measured in.</summary>
public enum BudgetUnit
{
    /// <summary>Seconds of training; validation and checkpoints not counted.</summary>
    Time,

    /// <summary>Optimizer steps.</summary>
    Steps,

    /// <summary>Training samples.</summary>
    Samples,
}

/// <summary>How long to train: a time, a number of optimizer steps or a number of samples. Also the x-axis of the learning-rate schedule.</summary>
/// <param name="Amount">Seconds, steps or samples; positive.</param>
/// <param name="Unit">The unit of the amount.</param>
[JsonConverter(typeof(TrainingBudgetConverter))]
public readonly partial record struct TrainingBudget(double Amount, BudgetUnit Unit)
{
    /// <summary>The most that is read as a time: a hundred years.</summary>
    private static TimeSpan LongestTime => TimeSpan.FromDays(36_525);

    /// <summary>A budget of time.</summary>
    public static TrainingBudget Time(TimeSpan time) => new(time.TotalSeconds, BudgetUnit.Time);

    /// <summary>A budget of optimizer steps.</summary>
    public static TrainingBudget Steps(long steps) => new(steps, BudgetUnit.Steps);

    /// <summary>A budget of samples.</summary>
    public static TrainingBudget Samples(double samples) => new(samples, BudgetUnit.Samples);

    /// <summary>Reads "90s", "2m", "24h", "1.5d", "2 minutes", "500 steps" or "1e6 samples".</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static TrainingBudget Parse(string text) =>
        TryParse(text, out TrainingBudget budget)
            ? budget
            : throw new FormatException($"'{text}' is not a training budget; write a time such as 90s, 2m, 24h or 1.5d, or '500 steps', or '1e6 samples'.");

    /// <summary>Reads a budget as <see cref="Parse"/> does; false if the text is none.</summary>
    public static bool TryParse(string? text, out TrainingBudget budget)
    {
        budget = default;
        Match match = Pattern().Match(text ?? "");
        if (!match.Success || !double.TryParse(match.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double amount))
            return false;
        budget = match.Groups[2].Value.ToLowerInvariant() switch
        {
            "step" or "steps" => new(Math.Floor(amount), BudgetUnit.Steps),
            "sample" or "samples" => new(Math.Floor(amount), BudgetUnit.Samples),
            // Of times the first letter tells them apart.
            ['s', ..] => new(amount, BudgetUnit.Time),
            ['m', ..] => new(amount * 60, BudgetUnit.Time),
            ['h', ..] => new(amount * 3600, BudgetUnit.Time),
            _ => new(amount * 86400, BudgetUnit.Time),
        };
        return budget.Amount > 0 && double.IsFinite(budget.Amount) && (budget.Unit != BudgetUnit.Time || budget.Amount <= LongestTime.TotalSeconds);
    }

    /// <summary>The text <see cref="Parse"/> reads back.</summary>
    public override string ToString() => Unit switch
    {
        BudgetUnit.Steps => string.Create(CultureInfo.InvariantCulture, $"{Amount:R} steps"),
        BudgetUnit.Samples => string.Create(CultureInfo.InvariantCulture, $"{Amount:R} samples"),
        _ when Amount >= 3600 && Amount % 3600 == 0 => string.Create(CultureInfo.InvariantCulture, $"{Amount / 3600:R}h"),
        _ when Amount >= 60 && Amount % 60 == 0 => string.Create(CultureInfo.InvariantCulture, $"{Amount / 60:R}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Amount:R}s"),
    };

    [GeneratedRegex(@"^\s*([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|steps?|samples?)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>Writes a budget to JSON as its text.</summary>
internal sealed class TrainingBudgetConverter : JsonConverter<TrainingBudget>
{
    public override TrainingBudget Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        return TrainingBudget.TryParse(text, out TrainingBudget budget)
            ? budget
            : throw new JsonException($"'{text}' is not a training budget; write a time such as \"2m\" or \"24h\", or \"500 steps\", or \"1e6 samples\".");
    }

    public override void Write(Utf8JsonWriter writer, TrainingBudget value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
