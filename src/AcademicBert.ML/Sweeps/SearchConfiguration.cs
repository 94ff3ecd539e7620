using System.Text.Json;

namespace AcademicBert.Sweeps;

/// <summary>One point of the space.</summary>
/// <param name="Name">Its name, also that of its run folder: the values.</param>
/// <param name="Values">The value of each option, as JSON.</param>
public sealed record SearchConfiguration(string Name, IReadOnlyDictionary<string, JsonElement> Values);
