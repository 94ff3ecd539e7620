using System.Text;
using System.Text.Json;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Exchanges whole values and names of JSON, or of lines of it, so that it stays JSON.</summary>
internal sealed class JsonMutator(IReadOnlyList<string> values, IReadOnlyList<string> names)
{
    private static readonly byte[][] s_values = [.. new[]
    {
        "null", "true", "false", "0", "-1", "1", "2", "3", "0.5", "-0.0", "1e999", "-1e999", "1e-320", "1.5", "64", "1e3", "65536", "2147483647", "2147483648", "-2147483648", "4294967296",
        "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551615", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "\"NaN\"", "\"..\"", "\"../a\"", "\"/dev/zero\"", "\"a/b\"",
        "\"1e300 steps\"", "\"0s\"", "\"1\"", "\"é\"", "\"[MASK]\"", "[]", "{}", "[null]", "[1]", "[[]]", "{\"a\":null}", "{\"\":1}", "{\"0\":\"a\",\"0\":\"b\"}", "[1,\"a\",null]", "[0.5,0.5]",
        $"\"{new string('x', 3000)}\"", string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70)), $"[{string.Join(',', Enumerable.Range(0, 500))}]",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] s_names = [.. new[] { "\"\"", "\"a\"", "\"\\ud800\"", "\"__metadata__\"", "\"0\"", "\"version\"" }.Select(Encoding.UTF8.GetBytes)];

    private readonly byte[][] _values = [.. s_values, .. values.Select(Encoding.UTF8.GetBytes)], _names = [.. s_names, .. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Changes a value or a name of <paramref name="json"/>, perhaps into one of <paramref name="other"/>.</summary>
    public byte[] Change(byte[] json, byte[] other, Random random)
    {
        (List<Range> values, List<Range> names) = Parts(json);
        if (values.Count == 0)
            return json;
        (List<Range> otherValues, List<Range> otherNames) = Parts(other);
        bool rename = names.Count > 0 && random.Next(6) == 0;
        Range place = rename ? names[random.Next(names.Count)] : values[random.Next(values.Count)];
        List<Range> donors = rename ? otherNames : otherValues;
        byte[][] made = rename ? _names : _values;
        byte[] part = donors.Count > 0 && random.Next(3) == 0 ? other[donors[random.Next(donors.Count)]] : made[random.Next(made.Length)];
        return [.. json[..place.Start.Value], .. part, .. json[place.End.Value..]];
    }

    private static (List<Range> Values, List<Range> Names) Parts(byte[] json)
    {
        List<Range> values = [], names = [];
        var open = new Stack<int>();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowMultipleValues = true });
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex, end = (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartArray or JsonTokenType.StartObject:
                        open.Push(start);
                        break;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        values.Add(open.Pop()..end);
                        break;
                    case JsonTokenType.PropertyName:
                        names.Add(start..(start + json.AsSpan(start..end).LastIndexOf((byte)'"') + 1));
                        break;
                    default:
                        values.Add(start..end);
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What came before the damage can be changed still.
        }

        return (values, names);
    }
}
