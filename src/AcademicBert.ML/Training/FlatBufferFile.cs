using System.Runtime.InteropServices;
using AcademicBert.Modeling;
using AcademicBert.Optimization;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Training;

/// <summary>Flat fp32 buffers laid out as a model's parameters, in and out of safetensors files: one tensor for each parameter.</summary>
internal static class FlatBufferFile
{
    private const string FirstMoments = "firstMoments.", SecondMoments = "secondMoments.";

    /// <summary>Writes a buffer, its tensors named as the parameters.</summary>
    public static Action<Stream> Values(Tensor flat, IReadOnlyList<ParameterSlot> slots) => stream => SafeTensorsWriter.Write(stream, [.. Items(flat, slots, "")]);

    /// <summary>Writes the moments of an optimizer.</summary>
    public static Action<Stream> Moments(Tensor first, Tensor second, IReadOnlyList<ParameterSlot> slots) =>
        stream => SafeTensorsWriter.Write(stream, [.. Items(first, slots, FirstMoments), .. Items(second, slots, SecondMoments)]);

    /// <summary>Fills a buffer from a file that <see cref="Values"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing or has another size; the message names file and tensor.</exception>
    public static void ReadValues(string path, Tensor flat, IReadOnlyList<ParameterSlot> slots)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Read(file, flat, slots, "");
    }

    /// <summary>Fills an optimizer's moments from a file that <see cref="Moments"/> wrote.</summary>
    /// <inheritdoc cref="ReadValues" path="/exception"/>
    public static void ReadMoments(string path, AdamW optimizer, IReadOnlyList<ParameterSlot> slots)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Read(file, optimizer.FirstMoments, slots, FirstMoments);
        Read(file, optimizer.SecondMoments, slots, SecondMoments);
    }

    private static IEnumerable<SafeTensorsWriter.Item> Items(Tensor flat, IReadOnlyList<ParameterSlot> slots, string prefix) =>
        slots.Select(slot => new SafeTensorsWriter.Item(prefix + slot.Name, "F32", slot.Shape, stream => Write(flat, slot, stream)));

    private static void Read(SafeTensorsFile file, Tensor flat, IReadOnlyList<ParameterSlot> slots, string prefix)
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
