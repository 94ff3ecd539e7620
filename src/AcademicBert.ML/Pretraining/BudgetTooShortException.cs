using System.Globalization;

namespace AcademicBert.Pretraining;

/// <summary>The time budget of a run was over before its first optimizer step was.</summary>
internal sealed class BudgetTooShortException(PretrainingOptions options, double secondsOfFirstStep) : ArgumentException(
    string.Create(CultureInfo.InvariantCulture, $"{nameof(PretrainingOptions)}.{nameof(PretrainingOptions.Budget)} is {options.Budget}, which is shorter than one step: the first, of {nameof(PretrainingOptions.BatchSize)} {options.BatchSize}, took {secondsOfFirstStep:F2} s. Give more time, or make steps smaller: the defaults are the paper's, for GPUs; the recipe {NamedRecipes.ForACpu} is for a CPU."),
    nameof(PretrainingOptions.Budget));
