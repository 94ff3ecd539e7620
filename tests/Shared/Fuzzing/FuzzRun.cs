using System.Diagnostics;
using System.Text;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Gives a parser inputs, and judges: it reads them or refuses them with a documented error, in time and with little memory.</summary>
internal sealed class FuzzRun(FuzzTarget target, string folder)
{
    private const int TicksOfAHang = 12;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1), s_tick = TimeSpan.FromSeconds(10);

    private const int MostTries = 1000;

    private readonly Dictionary<string, (string What, byte[] Input)> _findings = [];
    private byte[] _current = [], _seen = [];
    private int _ticks;

    /// <summary>Inputs given.</summary>
    public int Count { get; private set; }

    /// <summary>Inputs that were read to the end.</summary>
    public int Parsed { get; private set; }

    /// <summary>Inputs that looked like the format.</summary>
    public int PastMagic { get; private set; }

    /// <summary>Kinds of misbehaviour, with the smallest input that shows each.</summary>
    public IEnumerable<string> Findings => _findings.Values.Select(finding => $"{finding.What}\n  {finding.Input.Length} bytes: {Text(Smaller(finding.What, finding.Input))}");

    /// <summary>Gives the valid inputs, then <paramref name="count"/> changed ones.</summary>
    public void Run(int count, int seed)
    {
        using var watchdog = new Timer(_ => EndIfHanging(), null, s_tick, s_tick);
        foreach (byte[] valid in target.Valid)
            if (Judge(valid) is { } refusal)
                _findings.TryAdd(refusal, ($"a valid input is refused: {refusal}", valid));
        var mutator = new Mutator(target, seed);
        for (; Count < count; Count++)
        {
            byte[] input = mutator.Next();
            PastMagic += target.IsPastMagic(input) ? 1 : 0;
            string? finding = Misbehaviour(input, out bool read);
            Parsed += read ? 1 : 0;
            if (finding is not null)
                _findings.TryAdd(Kind(finding), (finding, input));
        }
    }

    private string? Misbehaviour(byte[] input, out bool read)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        string? finding = Judge(input, out TimeSpan took, out read);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (finding is null && allocated > target.Room + (long)target.AllocationMultiple * input.Length)
            return "allocates out of proportion";
        // A busy machine makes any input slow once.
        for (int again = 0; took > s_limit && again < 4; again++)
        {
            Judge(input, out TimeSpan next, out _);
            took = next < took ? next : took;
        }

        return finding ?? (took > s_limit ? "takes longer than a second" : null);
    }

    private string? Judge(byte[] input, out TimeSpan took, out bool read)
    {
        read = false;
        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _current, input);
        try
        {
            target.Read(folder, input);
            read = true;
            return null;
        }
        catch (Exception error) when (target.Refusals.Contains(error.GetType()))
        {
            return null;
        }
        catch (Exception error)
        {
            string place = error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("AcademicBert", StringComparison.Ordinal))?.Trim() ?? "";
            return $"{error.GetType().Name} {place}\n  {error.Message}";
        }
        finally
        {
            took = Stopwatch.GetElapsedTime(start);
        }
    }

    private string? Judge(byte[] valid)
    {
        try
        {
            target.Read(folder, valid);
            return null;
        }
        catch (Exception error)
        {
            return error.ToString();
        }
    }

    /// <summary>Takes parts away as long as the parser misbehaves in the same way.</summary>
    private byte[] Smaller(string finding, byte[] input)
    {
        int tries = 0;
        for (int part = Math.Max(1, input.Length / 2); part >= 1; part /= 2)
        {
            for (int start = 0; start + part <= input.Length && tries < MostTries; tries++)
            {
                byte[] less = [.. input[..start], .. input[(start + part)..]];
                if (Misbehaviour(less, out _) is { } same && Kind(same) == Kind(finding))
                    input = less;
                else
                    start += part;
            }
        }

        return input;
    }

    /// <summary>The error and where it was thrown, without what it says of the input.</summary>
    private static string Kind(string finding) => finding.Split('\n')[0];

    // Counted in ticks: a process that was stopped meanwhile has not had them.
    private void EndIfHanging()
    {
        byte[] now = Volatile.Read(ref _current);
        _ticks = ReferenceEquals(now, _seen) ? _ticks + 1 : 0;
        _seen = now;
        if (_ticks > TicksOfAHang)
            Environment.FailFast($"{target.Name} hangs at {Text(now)}");
    }

    private static string Text(byte[] input) =>
        input.Length > 4000 ? $"{Text(input[..1000])} ..."
        : input.All(value => value is >= 32 and < 127 or 9 or 10) ? Encoding.UTF8.GetString(input) : Convert.ToBase64String(input);
}
