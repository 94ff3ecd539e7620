using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using AcademicBert.Training;

namespace AcademicBert.Cli.Commands;

/// <summary>The JSON of options that are more than one value: records, lists of them, and values by name.</summary>
internal static class OptionForm
{
    /// <summary>The form of a type's JSON, such as <c>{ "count": 1, "seed": 1 }</c>; null: its values are written without JSON.</summary>
    public static string? Of(Type type) => ItemOf(type) is { } item ? Of(item) is { } form ? $"[{form}, ...]" : null
        : IsRecord(type) || NamedValueOf(type) is not null ? Value(type)
        : null;

    private static string Value(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return ItemOf(type) is { } item ? $"[{Value(item)}, ...]"
            : NamedValueOf(type) is { } named ? $$"""{ "name": {{Value(named)}}, ... }"""
            : IsRecord(type) ? $"{{ {string.Join(", ", Properties(type).Select(property => $"\"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}\": {Value(property.PropertyType)}"))} }}"
            : type.IsEnum ? string.Join('|', Enum.GetNames(type).Select(name => $"\"{name}\""))
            : type == typeof(bool) ? "true|false"
            : type == typeof(double) ? "0.5"
            : Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64 ? "1"
            : type == typeof(JsonElement) ? "value"
            : type == typeof(TrainingBudget) ? "\"10m\""
            : "\"text\"";
    }

    // Those with a converter of their own are written as one text.
    private static bool IsRecord(Type type) =>
        type is { IsClass: true, IsArray: false } && type.Assembly.GetName().Name!.StartsWith(nameof(AcademicBert), StringComparison.Ordinal) && !type.IsDefined(typeof(JsonConverterAttribute));

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static Type? ItemOf(Type type) =>
        type.IsArray ? type.GetElementType() : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? NamedValueOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;
}
