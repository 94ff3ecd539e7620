using System.Security.Cryptography;
using System.Text;
using AcademicBert.Native;

namespace AcademicBert.Modeling;

/// <summary>Draws initial parameters: each from its own counter stream of (seed, name), so that no layer shares another's numbers and the order of drawing does not matter.</summary>
internal static class ParameterInitializer
{
    /// <summary>Fills a parameter's elements; padding stays untouched.</summary>
    public static void Fill(Span<float> values, ParameterSlot slot, double standardDeviation, ulong seed)
    {
        switch (slot.Initialization)
        {
            case Initialization.Zero:
                values.Clear();
                break;
            case Initialization.One:
                values.Fill(1);
                break;
            default:
                FillNormal(values, standardDeviation, seed, slot.Name);
                break;
        }
    }

    private static void FillNormal(Span<float> values, double standardDeviation, ulong seed, string name)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        uint stream0 = BitConverter.ToUInt32(hash, 0), stream1 = BitConverter.ToUInt32(hash, 4);
        for (int i = 0; i < values.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = PhiloxDropout.Generate((uint)(i / 4), stream0, stream1, 0, (uint)seed, (uint)(seed >> 32));
            (double first, double second) = BoxMuller(a, b);
            (double third, double fourth) = BoxMuller(c, d);
            ReadOnlySpan<double> four = [first, second, third, fourth];
            for (int k = 0; k < 4 && i + k < values.Length; k++)
                values[i + k] = (float)(four[k] * standardDeviation);
        }
    }

    private static (double, double) BoxMuller(uint a, uint b)
    {
        double radius = Math.Sqrt(-2 * Math.Log((a + 0.5) / 4294967296.0));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * b / 4294967296.0);
        return (radius * cosine, radius * sine);
    }
}
