using System.Globalization;
using System.Reflection;

namespace AcademicBert.Training;

/// <summary>
/// Refuses what no option can be and the compiler lets pass: null where a value is needed, an enumeration's number without a name, a number that is not finite.
/// </summary>
internal static class OptionValues
{
    /// <summary>Checks the properties of a record of options, and those of the records in it.</summary>
    /// <exception cref="ArgumentException">One cannot be; the message names it.</exception>
    public static void Check(object options)
    {
        var nullability = new NullabilityInfoContext();
        Type type = options.GetType();
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            object? value = property.GetValue(options);
            string? wrong = value switch
            {
                null when nullability.Create(property).ReadState == NullabilityState.NotNull => "null; leave it out for its default",
                Enum when !Enum.IsDefined(value.GetType(), value) => $"{value}; it must be one of {string.Join(", ", Enum.GetNames(value.GetType()))}",
                double number when !double.IsFinite(number) => $"{number.ToString(CultureInfo.InvariantCulture)}; it must be a finite number",
                _ => null,
            };
            if (wrong is not null)
                throw new ArgumentException($"{type.Name}.{property.Name} is {wrong}.", property.Name);
            if (value is not null && property.PropertyType is { IsValueType: false } section && section.Assembly == typeof(OptionValues).Assembly)
                Check(value);
        }
    }
}
