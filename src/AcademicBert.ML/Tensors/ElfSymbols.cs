using System.Buffers.Binary;
using System.Text;

namespace AcademicBert.Tensors;

/// <summary>Reads the dynamic symbols of a 64-bit little-endian ELF library held in memory.</summary>
internal static class ElfSymbols
{
    private const uint DynamicSymbols = 11; // SHT_DYNSYM
    private const int SectionSize = 64, SymbolSize = 24;

    /// <summary>The names a library asks others for; weak ones, which may be missing, left out.</summary>
    /// <exception cref="BadImageFormatException">The bytes are no such file, or a table points outside of it.</exception>
    public static IReadOnlyList<string> Required(ReadOnlySpan<byte> elf)
    {
        var names = new List<string>();
        try
        {
            if (!elf.StartsWith("\u007fELF\u0002\u0001"u8))
                throw new BadImageFormatException("Not a 64-bit little-endian ELF file.");
            int sections = (int)U64(elf, 0x28), count = U16(elf, 0x3C);
            for (int i = 0; i < count; i++)
            {
                int header = sections + i * SectionSize;
                if (U32(elf, header + 4) != DynamicSymbols)
                    continue;
                int symbols = (int)U64(elf, header + 24), bytes = (int)U64(elf, header + 32), strings = (int)U64(elf, sections + (int)U32(elf, header + 40) * SectionSize + 24);
                for (int symbol = symbols; symbol < symbols + bytes; symbol += SymbolSize)
                {
                    const int weak = 2;
                    bool undefined = U16(elf, symbol + 6) == 0 && elf[symbol + 4] >> 4 != weak;
                    if (undefined && U32(elf, symbol) is var at and not 0)
                        names.Add(Text(elf[(strings + (int)at)..]));
                }
            }
        }
        catch (ArgumentOutOfRangeException outside)
        {
            throw new BadImageFormatException("A table of the ELF file points outside of it.", outside);
        }

        return names;
    }

    private static string Text(ReadOnlySpan<byte> from) => Encoding.ASCII.GetString(from[..from.IndexOf((byte)0)]);

    private static ushort U16(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private static uint U32(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]);

    private static ulong U64(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt64LittleEndian(elf[at..]);
}
