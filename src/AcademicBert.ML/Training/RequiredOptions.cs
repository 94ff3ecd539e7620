using System.Reflection;

namespace AcademicBert.Training;

/// <summary>Refuses null where an option needs a value, which the compiler only warns of and programs without nullable references never hear of.</summary>
internal static class RequiredOptions
{
    /// <summary>Checks the properties of a record of options, and those of the records in it.</summary>
    /// <exception cref="ArgumentException">One is null that may not be; the message names it.</exception>
    public static void Check(object options)
    {
        var nullability = new NullabilityInfoContext();
        Type type = options.GetType();
        foreach (PropertyInfo property in type.GetProperties().Where(property => property is { CanWrite: true, PropertyType.IsValueType: false }))
        {
            object? value = property.GetValue(options);
            if (value is null && nullability.Create(property).ReadState == NullabilityState.NotNull)
                throw new ArgumentException($"{type.Name}.{property.Name} is null; leave it out for its default.", property.Name);
            if (value is not null && property.PropertyType.Assembly == typeof(RequiredOptions).Assembly)
                Check(value);
        }
    }
}
