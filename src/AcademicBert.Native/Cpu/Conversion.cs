using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Clear(nint memory, long bytes) => NativeMemory.Clear((void*)memory, (nuint)bytes);

    /// <inheritdoc/>
    public void CopyToHost(nint memory, nint host, long bytes) => Buffer.MemoryCopy((void*)memory, (void*)host, bytes, bytes);

    /// <inheritdoc/>
    public void AddInto(ElementType type, nint from, nint into, long count) =>
        ((delegate* unmanaged<nint, nint, long, void>)_table.AddInto[type])(from, into, count);

    /// <inheritdoc/>
    public void Round(ElementType type, nint from, nint to, long count)
    {
        if (type == ElementType.Float32)
            Buffer.MemoryCopy((void*)from, (void*)to, count * sizeof(float), count * sizeof(float));
        else
            ((delegate* unmanaged<nint, nint, long, void>)_table.ToBf16)(from, to, count);
    }

    /// <inheritdoc/>
    public void GatherRows(ElementType type, nint from_RC, nint positions_N, nint to_NC, long count, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, void>)_table.GatherRows[type])(from_RC, positions_N, to_NC, count, columns);

    /// <inheritdoc/>
    public void ScatterRows(ElementType type, nint from_NC, nint positions_N, nint to_RC, long count, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, void>)_table.ScatterRows[type])(from_NC, positions_N, to_RC, count, rows, columns);
}
