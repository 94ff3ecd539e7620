using System.Text.Json;
using System.Text.Json.Nodes;

namespace AcademicBert.Files;

/// <summary>Compares JSON that may be foreign; numbers by their value, however they are written.</summary>
internal static class JsonEquality
{
    /// <summary>Whether two values are the same.</summary>
    public static bool Same(JsonNode? one, JsonNode? other) => Compared(() => JsonNode.DeepEquals(one, other));

    /// <inheritdoc cref="Same(JsonNode?, JsonNode?)"/>
    public static bool Same(JsonElement one, JsonElement other) => Compared(() => JsonElement.DeepEquals(one, other));

    private static bool Compared(Func<bool> compare)
    {
        try
        {
            return compare();
        }
        catch (ArgumentOutOfRangeException)
        {
            return false; // .NET compares no exponents that an Int32 does not hold, and we write none
        }
    }
}
