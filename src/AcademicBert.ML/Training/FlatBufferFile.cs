using System.Runtime.InteropServices;
using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Training;

/// <summary>A flat fp32 buffer laid out as a model's parameters, in and out of a safetensors file: one tensor for each parameter.</summary>
internal static class FlatBufferFile
{
    /// <summary>The buffer as items to write, named after the parameters.</summary>
    /// <param name="flat">The buffer.</param>
    /// <param name="slots">Its layout.</param>
    /// <param name="prefix">What the names start with, such as "firstMoments.".</param>
    public static IEnumerable<SafeTensorsWriter.Item> Items(Tensor flat, IReadOnlyList<ParameterSlot> slots, string prefix) =>
        slots.Select(slot => new SafeTensorsWriter.Item(prefix + slot.Name, "F32", slot.Shape, stream => Write(flat, slot, stream)));

    /// <summary>Fills the buffer from a file.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing or has another size; the message names file and tensor.</exception>
    public static void Read(SafeTensorsFile file, Tensor flat, IReadOnlyList<ParameterSlot> slots, string prefix)
    {
        using IDisposable frozen = no_grad();
        foreach (ParameterSlot slot in slots)
        {
            using var scope = NewDisposeScope();
            Tensor host = empty(slot.Count);
            file.CopyTo(prefix + slot.Name, TensorMemory.Floats(host));
            flat.narrow(0, slot.Offset, slot.Count).copy_(host);
        }
    }

    private static void Write(Tensor flat, ParameterSlot slot, Stream stream)
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        stream.Write(MemoryMarshal.AsBytes(TensorMemory.Floats(flat.narrow(0, slot.Offset, slot.Count).cpu())));
    }
}
