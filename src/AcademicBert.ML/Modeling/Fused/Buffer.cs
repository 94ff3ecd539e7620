using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>Memory of one array of the engine: grows when a larger batch comes, and is used again by every step.</summary>
internal sealed class Buffer(ElementType type, Device device) : IDisposable
{
    private Tensor? _memory;

    /// <summary>Address of the first element, on the device.</summary>
    public nint Address { get; private set; }

    /// <summary>Bytes of a number of elements.</summary>
    public long BytesOf(long count) => count * type.Size();

    /// <summary>Makes room; if there was none, what was in it is lost, and views of it are of no use.</summary>
    public void Require(long count)
    {
        if (Holds(count))
            return;
        Release();
        _memory = empty(count, dtype: ComputeTypes.ScalarTypeOf(type), device: device).DetachFromDisposeScope();
        Address = TensorMemory.Pointer(_memory);
    }

    /// <summary>A view from an element on; the caller disposes it.</summary>
    public Tensor ViewAt(long offset, params long[] shape)
    {
        using var scope = NewDisposeScope();
        long count = shape.Aggregate(1L, (product, dimension) => product * dimension);
        return _memory!.narrow(0, offset, count).view(shape).DetachFromDisposeScope();
    }

    /// <summary>A view from the first element on; the caller disposes it.</summary>
    public Tensor View(params long[] shape) => ViewAt(0, shape);

    /// <summary>Makes room in several.</summary>
    /// <param name="sizes">The buffers, and the elements that each is to hold.</param>
    /// <param name="moving">Called before memory moves, which may run out halfway: to forget what points into it.</param>
    public static void RequireAll(IEnumerable<(Buffer Buffer, long Count)> sizes, Action moving)
    {
        foreach ((Buffer buffer, long count) in sizes)
        {
            if (buffer.Holds(count))
                continue;
            moving();
            buffer.Require(count);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        _memory?.Dispose();
        (_memory, Address) = (null, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private bool Holds(long count) => _memory is not null && _memory.numel() >= count;
}
