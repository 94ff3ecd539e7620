using System.Buffers.Binary;
using System.Text;

namespace AcademicBert.Tensors;

/// <summary>Reads and relaxes the symbol-version requirements of a 64-bit little-endian ELF library held in memory.</summary>
internal static class ElfVersionRequirement
{
    private const uint VersionNeededSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 0x2; // VER_FLG_WEAK: the loader warns instead of refusing when the version is absent

    /// <summary>Marks every requirement of <paramref name="version"/> weak, in place.</summary>
    /// <returns>How many requirements were marked.</returns>
    /// <exception cref="BadImageFormatException">The bytes are not a 64-bit little-endian ELF file, or a table points outside of it.</exception>
    public static int MarkWeak(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
            throw new BadImageFormatException("Not a 64-bit little-endian ELF file.");
        ulong sections = U64(elf, 0x28);
        int entrySize = U16(elf, 0x3A), count = U16(elf, 0x3C), marked = 0;
        for (int i = 0; i < count; i++)
        {
            ulong header = sections + (ulong)(i * entrySize);
            if (U32(elf, header + 4) != VersionNeededSection)
                continue;
            ulong strings = U64(elf, sections + U32(elf, header + 40) * (ulong)entrySize + 24);
            marked += MarkSection(elf, U64(elf, header + 24), U32(elf, header + 44), strings, version);
        }
        return marked;
    }

    private static int MarkSection(Span<byte> elf, ulong need, uint libraries, ulong strings, string version)
    {
        int marked = 0;
        for (uint library = 0; library < libraries; library++)
        {
            ulong entry = need + U32(elf, need + 8);
            for (int i = U16(elf, need + 2); i > 0; i--)
            {
                if (NameEquals(elf, strings + U32(elf, entry + 8), version))
                {
                    Span<byte> flags = At(elf, entry + 4, 2);
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    marked++;
                }
                entry += U32(elf, entry + 12);
            }
            uint next = U32(elf, need + 12);
            if (next == 0)
                break;
            need += next;
        }
        return marked;
    }

    private static bool NameEquals(Span<byte> elf, ulong offset, string name)
    {
        Span<byte> bytes = At(elf, offset, name.Length + 1);
        return bytes[^1] == 0 && Encoding.ASCII.GetString(bytes[..^1]) == name;
    }

    private static ushort U16(Span<byte> elf, ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(elf, offset, 2));

    private static uint U32(Span<byte> elf, ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(elf, offset, 4));

    private static ulong U64(Span<byte> elf, ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(At(elf, offset, 8));

    private static Span<byte> At(Span<byte> elf, ulong offset, int length) =>
        offset <= (ulong)elf.Length && (ulong)length <= (ulong)elf.Length - offset
            ? elf.Slice((int)offset, length)
            : throw new BadImageFormatException($"A table of the ELF file points to byte {offset}, outside of its {elf.Length} bytes.");
}
