using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>
/// Copies masked batches to a GPU without waiting: into pinned memory, and from there in the order of the stream. There are a few places
/// in turn; the host waits for the GPU only when it is that many batches ahead.
/// </summary>
internal sealed unsafe class BatchUpload(ICudaDevice device, Device torchDevice) : IDisposable
{
    private const int Places = 3, Alignment = 16; // int32: arrays start at multiples of 64 bytes

    private readonly Place[] _places = [.. Enumerable.Range(0, Places).Select(_ => new Place())];
    private int _next;

    /// <summary>Starts to copy a batch, which may change at once.</summary>
    /// <param name="batch">The batch on the host.</param>
    /// <param name="ids_R">Its ids on the device; the caller disposes it.</param>
    /// <returns>The batch on the device, until two more have come.</returns>
    public HostBatch Copy(in HostBatch batch, out Tensor ids_R)
    {
        Place place = _places[_next++ % Places];
        if (place.Mark != 0)
            device.Wait(place.Mark);
        int rows = batch.Rows * batch.Length, lengths = batch.Lengths == 0 ? 0 : batch.Rows;
        (nint From, int Count)[] arrays = [(batch.Ids, rows), (batch.Lengths, lengths), (batch.Positions, batch.MaskedCount), (batch.Targets, batch.MaskedCount)];
        long total = arrays.Sum(array => Aligned(array.Count));
        Reserve(place, total);

        Span<nint> at = stackalloc nint[arrays.Length];
        long offset = 0;
        for (int i = 0; i < arrays.Length; i++)
        {
            new ReadOnlySpan<int>((void*)arrays[i].From, arrays[i].Count).CopyTo(new Span<int>((int*)place.Pinned + offset, arrays[i].Count));
            at[i] = place.Address + (nint)offset * sizeof(int);
            offset += Aligned(arrays[i].Count);
        }

        device.CopyToDevice(place.Pinned, place.Address, total * sizeof(int));
        place.Mark = device.Mark(place.Mark);
        ids_R = place.Memory!.narrow(0, 0, rows);
        return batch with { Ids = at[0], Lengths = lengths == 0 ? 0 : at[1], Positions = at[2], Targets = at[3] };
    }

    public void Dispose()
    {
        foreach (Place place in _places)
        {
            if (place.Mark != 0)
            {
                device.Wait(place.Mark);
                device.Forget(place.Mark);
            }

            Free(place);
        }
    }

    private void Reserve(Place place, long count)
    {
        if (place.Memory is not null && place.Memory.numel() >= count)
            return;
        Free(place);
        place.Pinned = device.AllocatePinned(count * sizeof(int));
        place.Memory = empty(count, dtype: int32, device: torchDevice).DetachFromDisposeScope();
        place.Address = TensorMemory.Pointer(place.Memory);
    }

    private void Free(Place place)
    {
        if (place.Pinned != 0)
            device.FreePinned(place.Pinned);
        place.Memory?.Dispose();
        (place.Pinned, place.Memory) = (0, null);
    }

    private static long Aligned(long count) => (count + Alignment - 1) / Alignment * Alignment;

    private sealed class Place
    {
        public nint Pinned { get; set; }

        public Tensor? Memory { get; set; }

        public nint Address { get; set; }

        public nint Mark { get; set; }
    }
}
