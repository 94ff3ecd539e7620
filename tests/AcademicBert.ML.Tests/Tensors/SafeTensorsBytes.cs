using AcademicBert.Tensors;

namespace AcademicBert.Tests.Tensors;

/// <summary>Tensors of a file as they lie there.</summary>
internal static class SafeTensorsBytes
{
    public static byte[] Bytes(this SafeTensorsFile file, string name)
    {
        byte[] bytes = new byte[file[name].Length];
        file.Read(name, 0, bytes);
        return bytes;
    }
}
