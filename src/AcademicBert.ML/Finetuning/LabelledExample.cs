using AcademicBert.Scoring;

namespace AcademicBert.Finetuning;

/// <summary>A training row: an input, and its class (from 0) or its number.</summary>
internal readonly record struct LabelledExample(EncodedInput Input, float Target);
