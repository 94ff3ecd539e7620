using System.Runtime.InteropServices;

namespace AcademicBert.Native.Cuda;

public sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void Clear(nint memory, long bytes) => Device.Clear(memory, bytes);

    /// <inheritdoc/>
    public void CopyToHost(nint memory, nint host, long bytes) => Device.CopyToHost(memory, host, bytes);

    /// <inheritdoc/>
    public void AddInto(ElementType type, nint from, nint into, long count) => Launch(_addInto[type], FlatGrid(count), new CopyArguments { From = from, To = into, Count = count });

    /// <inheritdoc/>
    public void Round(ElementType type, nint from, nint to, long count) => Launch(_round[type], FlatGrid(count), new CopyArguments { From = from, To = to, Count = count });

    /// <inheritdoc/>
    public void GatherRows(ElementType type, nint from_RC, nint positions_N, nint to_NC, long count, long columns) =>
        Launch(_gatherRows[type], RowGrid(count, columns), new RowCopyArguments { From = from_RC, Positions = positions_N, To = to_NC, Columns = columns });

    /// <inheritdoc/>
    public void ScatterRows(ElementType type, nint from_NC, nint positions_N, nint to_RC, long count, long rows, long columns)
    {
        Clear(to_RC, rows * columns * type.Size());
        Launch(_scatterRows[type], RowGrid(count, columns), new RowCopyArguments { From = from_NC, Positions = positions_N, To = to_RC, Columns = columns });
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CopyArguments
    {
        public nint From, To;
        public long Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct RowCopyArguments
    {
        public nint From, Positions, To;
        public long Columns;
    }
}
