using System.Buffers.Binary;
using System.Text;

namespace AcademicBert.Tests.Fuzzing;

/// <summary>Makes inputs of valid ones: as a bad disk damages them, and as one does who knows the format.</summary>
internal sealed class Mutator(FuzzTarget target, int seed)
{
    private const int LongestInput = 1 << 16;

    private static readonly long[] s_extremes =
        [0, 1, -1, 2, 7, 8, 63, 64, 127, 128, 255, 256, 1000, 32767, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 60, 1L << 62, long.MaxValue, long.MinValue];

    private static readonly string[] s_numbers = ["0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e999", "-1e999", "0.5", "1e-320", "NaN", "00", "١", "1.5e3"];

    private readonly Random _random = new(seed);
    private readonly JsonMutator _json = new(target.Values, target.Names);
    private readonly byte[][] _words = [.. target.Words.Select(Encoding.UTF8.GetBytes), .. target.Bytes];

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        byte[] input = Pick(target.Valid);
        int changes = 1;
        while (changes < 12 && _random.Next(2) > 0)
            changes++;
        for (int i = 0; i < changes; i++)
        {
            // JSON that is none ends at the first wrong byte.
            bool whole = target.IsJson && _random.Next(12) > 0;
            input = whole ? _json.Change(input, Pick(target.Valid), _random) : Change(input);
        }

        if (input.Length > LongestInput)
            input = input[..LongestInput];
        return _random.Next(8) > 0 ? target.Repair(input) : input;
    }

    private byte[] Change(byte[] input)
    {
        switch (_random.Next(11))
        {
            case 0:
                return With(input, copy => copy[_random.Next(copy.Length)] ^= (byte)(1 << _random.Next(8)));
            case 1:
                return With(input, copy => copy[_random.Next(copy.Length)] = (byte)_random.Next(256));
            case 2:
                return input[..^Math.Min(input.Length, 1 + (_random.Next(4) > 0 ? _random.Next(8) : _random.Next(input.Length + 1)))];
            case 3: // a part is lost
                (int start, int end) = Range(input);
                return [.. input[..start], .. input[end..]];
            case 4: // a part comes again, or very often
                (start, end) = Range(input);
                int times = _random.Next(4) > 0 ? 1 : Math.Min(4000, LongestInput / Math.Max(1, end - start));
                return Insert(input, end, input.AsSpan(start..end), times);
            case 5: // a part of another input
                byte[] other = Pick(target.Valid);
                (start, end) = Range(other);
                int at = _random.Next(input.Length + 1);
                return [.. input[..at], .. other[start..end], .. input[Math.Min(input.Length, at + (_random.Next(2) > 0 ? end - start : 0))..]];
            case 6 or 7 when _words.Length > 0:
                byte[] word = Pick(_words);
                at = _random.Next(8) > 0 ? _random.Next(input.Length + 1) : 0;
                return Insert(input, at, word, _random.Next(20) > 0 ? 1 : 2000);
            case 8:
                return ChangeNumber(input);
            case 9:
                return With(input, copy => copy[_random.Next(copy.Length)] = (byte)"\0\t\n\r \"<>[]{},:\\\u007f"[_random.Next(16)]);
            default:
                return With(input, WriteExtreme);
        }
    }

    private static byte[] With(byte[] input, Action<byte[]> change)
    {
        byte[] copy = [.. input];
        if (copy.Length > 0)
            change(copy);
        return copy;
    }

    private static byte[] Insert(byte[] input, int at, ReadOnlySpan<byte> part, int times)
    {
        byte[] longer = new byte[input.Length + part.Length * times];
        input.AsSpan(0, at).CopyTo(longer);
        for (int i = 0; i < times; i++)
            part.CopyTo(longer.AsSpan(at + i * part.Length));
        input.AsSpan(at).CopyTo(longer.AsSpan(at + part.Length * times));
        return longer;
    }

    private void WriteExtreme(byte[] copy)
    {
        long value = Pick(s_extremes);
        int width = _random.Next(2) > 0 ? sizeof(long) : sizeof(int), at = _random.Next(Math.Max(1, copy.Length / 4)) * 4;
        if (at + width > copy.Length)
            return;
        if (width == sizeof(int))
            BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(at), (int)value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(copy.AsSpan(at), value);
    }

    /// <summary>Puts an extreme in the place of a number that is written in digits.</summary>
    private byte[] ChangeNumber(byte[] input)
    {
        int from = _random.Next(input.Length + 1), start = input.AsSpan(from).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
            return input;
        start += from;
        int length = input.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return [.. input[..start], .. Encoding.UTF8.GetBytes(Pick(s_numbers)), .. length < 0 ? [] : input[(start + length)..]];
    }

    private (int Start, int End) Range(byte[] input)
    {
        int start = _random.Next(input.Length + 1);
        return (start, start + Math.Min(input.Length - start, _random.Next(3) > 0 ? _random.Next(16) : _random.Next(input.Length + 1)));
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
