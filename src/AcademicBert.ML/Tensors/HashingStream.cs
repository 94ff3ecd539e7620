using System.IO.Hashing;

namespace AcademicBert.Tensors;

/// <summary>Passes on what is written, and takes its checksum (XxHash3).</summary>
internal sealed class HashingStream(Stream inner) : WriteOnlyStream
{
    private readonly XxHash3 _hash = new();

    /// <summary>The checksum of what was written so far, in hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _hash.Append(buffer);
    }
}
