using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// Usage: Publicizer <output folder> <assembly>...
// Copies assemblies with internal types and members made visible, for the compiler to reference. Only the visibility bits
// differ: what is compiled against a copy runs with the original. Private members stay private.
string outputFolder = args[0];
Directory.CreateDirectory(outputFolder);
foreach (string source in args[1..])
{
    byte[] image = File.ReadAllBytes(source);
    Publicize(image);
    File.WriteAllBytes(Path.Combine(outputFolder, Path.GetFileName(source)), image);
}

static void Publicize(byte[] image)
{
    using var pe = new PEReader(new MemoryStream(image, writable: false));
    MetadataReader metadata = pe.GetMetadataReader();
    int start = pe.PEHeaders.MetadataStartOffset;

    // Flags are the first field of a TypeDef row (4 bytes) and of a Field row (2 bytes); of a MethodDef row they follow RVA (4) and ImplFlags (2).
    foreach (TypeDefinitionHandle type in metadata.TypeDefinitions)
        Change(Row(TableIndex.TypeDef, MetadataTokens.GetRowNumber(type)), (byte)TypeAttributes.VisibilityMask, VisibleType);
    foreach (MethodDefinitionHandle method in metadata.MethodDefinitions)
        Change(Row(TableIndex.MethodDef, MetadataTokens.GetRowNumber(method)) + 6, (byte)MethodAttributes.MemberAccessMask, VisibleMember);
    foreach (FieldDefinitionHandle field in metadata.FieldDefinitions)
        Change(Row(TableIndex.Field, MetadataTokens.GetRowNumber(field)), (byte)FieldAttributes.FieldAccessMask, VisibleMember);

    int Row(TableIndex table, int row) => start + metadata.GetTableMetadataOffset(table) + (row - 1) * metadata.GetTableRowSize(table);

    void Change(int offset, byte mask, Func<byte, byte> visible) => image[offset] = (byte)(image[offset] & ~mask | visible((byte)(image[offset] & mask)));
}

static byte VisibleType(byte visibility) => (TypeAttributes)visibility switch
{
    TypeAttributes.NotPublic or TypeAttributes.Public => (byte)TypeAttributes.Public,
    _ => (byte)TypeAttributes.NestedPublic,
};

// The access bits of methods and fields have the same values.
static byte VisibleMember(byte access) => (MethodAttributes)access switch
{
    MethodAttributes.FamANDAssem => (byte)MethodAttributes.Family,
    MethodAttributes.Assembly => (byte)MethodAttributes.Public,
    _ => access,
};
