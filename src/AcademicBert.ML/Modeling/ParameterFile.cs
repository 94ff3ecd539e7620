using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using AcademicBert.Tensors;

namespace AcademicBert.Modeling;

/// <summary>Parameters in and out of safetensors files.</summary>
internal static class ParameterFile
{
    /// <summary>Fills every parameter, each copied once, from its file to its place.</summary>
    /// <exception cref="InvalidDataException">A parameter is missing or has another size; the message names file and tensor.</exception>
    public static void Read(FlatParameters parameters, StoredParameters stored)
    {
        // Page faults, not the copying, take the time: they are spread over the cores.
        try
        {
            Parallel.ForEach(parameters.Slots, slot => parameters.Fill(slot, values => stored.CopyTo(slot.Name, values)));
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    /// <summary>The parameters as items of a file, without padding.</summary>
    public static IEnumerable<SafeTensorsWriter.Item> Items(FlatParameters parameters, WeightType type) =>
        parameters.Slots.Select(slot => new SafeTensorsWriter.Item(slot.Name, Name(type), slot.Shape, stream => parameters.Read(slot, values => Write(values, type, stream))));

    /// <summary>A type as the format spells it.</summary>
    public static string Name(WeightType type) => type switch
    {
        WeightType.Float32 => "F32",
        WeightType.Float16 => "F16",
        WeightType.BFloat16 => "BF16",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"one of {string.Join(", ", Enum.GetNames<WeightType>())} is needed"),
    };

    private static void Write(ReadOnlySpan<float> values, WeightType type, Stream stream)
    {
        switch (type)
        {
            case WeightType.Float16:
                Half[] halves = new Half[values.Length];
                TensorPrimitives.ConvertToHalf(values, halves);
                stream.Write(MemoryMarshal.AsBytes<Half>(halves));
                break;
            case WeightType.BFloat16:
                ushort[] words = new ushort[values.Length];
                BFloat16.FromSingle(values, words);
                stream.Write(MemoryMarshal.AsBytes<ushort>(words));
                break;
            default:
                stream.Write(MemoryMarshal.AsBytes(values));
                break;
        }
    }
}
