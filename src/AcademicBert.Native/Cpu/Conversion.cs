namespace AcademicBert.Native.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <summary>into += from; into is fp32.</summary>
    public void AddInto(ElementType type, nint from, nint into, long count) =>
        ((delegate* unmanaged<nint, nint, long, void>)_table.AddInto[type])(from, into, count);

    /// <summary>Rounds fp32 to bf16, to nearest even.</summary>
    public void ToBFloat16(nint from, nint to, long count) => ((delegate* unmanaged<nint, nint, long, void>)_table.ToBf16)(from, to, count);

    /// <summary>to[n] = from[positions[n]]; positions are int32.</summary>
    public void GatherRows(ElementType type, nint from_RC, nint positions_N, nint to_NC, long count, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, void>)_table.GatherRows[type])(from_RC, positions_N, to_NC, count, columns);

    /// <summary>to[positions[n]] = from[n], and 0 in all other of its rows.</summary>
    public void ScatterRows(ElementType type, nint from_NC, nint positions_N, nint to_RC, long count, long rows, long columns) =>
        ((delegate* unmanaged<nint, nint, nint, long, long, long, void>)_table.ScatterRows[type])(from_NC, positions_N, to_RC, count, rows, columns);
}
