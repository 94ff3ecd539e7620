using System.Text.Json;
using System.Text.Json.Nodes;

namespace AcademicBert.Benchmarks.Measuring;

/// <summary>Figures of a benchmark: a table for people, and as the last line one JSON object for programs.</summary>
internal sealed class Report
{
    private readonly List<(string Name, string Value, string Beside)> _rows = [];
    private readonly JsonObject _json = [];

    /// <summary>Adds a figure.</summary>
    /// <param name="name">What it is, for people.</param>
    /// <param name="key">Its key in the JSON object.</param>
    /// <param name="value">The figure.</param>
    /// <param name="format">How to print it.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="beside">What to compare it with.</param>
    public void Add(string name, string key, double value, string format, string unit, string beside = "")
    {
        _rows.Add((name, $"{value.ToString(format)} {unit}", beside));
        _json[key] = Math.Round(value, 6);
    }

    /// <summary>Adds a figure to the JSON object only.</summary>
    public void Hide(string key, double value) => _json[key] = Math.Round(value, 6);

    /// <summary>Prints everything.</summary>
    public void Print()
    {
        int names = _rows.Max(row => row.Name.Length), values = _rows.Max(row => row.Value.Length);
        foreach ((string name, string value, string beside) in _rows)
            Console.WriteLine($"{name.PadRight(names)}  {value.PadLeft(values)}  {beside}");
        Console.WriteLine(_json.ToJsonString(new JsonSerializerOptions { WriteIndented = false }));
    }
}
