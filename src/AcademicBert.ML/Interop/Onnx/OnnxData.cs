using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace AcademicBert.Interop.Onnx;

/// <summary>Makes the tensors of a graph: inside the model, or in a file beside it.</summary>
/// <param name="external">Receives the large tensors; null: they stay inside.</param>
/// <param name="externalName">The file's name, as the model refers to it.</param>
internal sealed class OnnxData(Stream? external, string externalName)
{
    // Readers map the file: tensors start on pages.
    private const int Alignment = 4096;
    private const int SmallTensor = 1024;

    public TensorProto Float32(string name, float[] values, params long[] shape) => Tensor(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);

    public TensorProto Float16(string name, ReadOnlySpan<float> values, params long[] shape)
    {
        byte[] bytes = new byte[values.Length * 2];
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return Tensor(name, TensorProto.Types.DataType.Float16, bytes, shape);
    }

    public TensorProto Int8(string name, sbyte[] values, params long[] shape) => Tensor(name, TensorProto.Types.DataType.Int8, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);

    public TensorProto Int64(string name, long[] values, params long[] shape) => Tensor(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);

    private TensorProto Tensor(string name, TensorProto.Types.DataType type, byte[] content, long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type };
        tensor.Dims.AddRange(shape);
        if (external is null || content.Length <= SmallTensor)
        {
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(content);
            return tensor;
        }

        external.Write(new byte[(Alignment - external.Position % Alignment) % Alignment]);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = externalName });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = external.Position.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = content.Length.ToString(CultureInfo.InvariantCulture) });
        external.Write(content);
        return tensor;
    }
}
