using System.Text.Json;
using System.Text.Json.Nodes;

namespace AcademicBert.Files;

/// <summary>Compares JSON that may be foreign; numbers by their value, however they are written.</summary>
internal static class JsonEquality
{
    /// <summary>Whether two values are the same.</summary>
    public static bool Same(JsonNode? one, JsonNode? other)
    {
        try
        {
            return JsonNode.DeepEquals(one, other);
        }
        catch (ArgumentOutOfRangeException)
        {
            return false; // .NET compares no exponents of ten digits, and we write none
        }
    }

    /// <inheritdoc cref="Same(JsonNode?, JsonNode?)"/>
    public static bool Same(JsonElement one, JsonElement other)
    {
        try
        {
            return JsonElement.DeepEquals(one, other);
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
