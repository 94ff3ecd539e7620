using System.Globalization;

namespace AcademicBert.Pretraining;

/// <summary>The time budget of a run was over before its first optimizer step was.</summary>
/// <param name="options">The run's options.</param>
/// <param name="secondsOfFirstStep">How long it took; null: it was broken off.</param>
internal sealed class BudgetTooShortException(PretrainingOptions options, double? secondsOfFirstStep) : ArgumentException(
    string.Create(CultureInfo.InvariantCulture, $"{nameof(PretrainingOptions)}.{nameof(PretrainingOptions.Budget)} is {options.Budget}, which is shorter than one step: the first, of {nameof(PretrainingOptions.BatchSize)} {options.BatchSize}, {(secondsOfFirstStep is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"took {seconds:F2} s") : "was broken off when it was over")}. Give more time, or make steps smaller: {NamedRecipes.Advice}"),
    nameof(PretrainingOptions.Budget));
