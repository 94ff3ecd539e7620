using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>
/// All trainable parameters of a model as views of one fp32 buffer, and their gradients as views of another:
/// the optimizer, gradient norms and all-reduce are one pass each, and backward accumulates in place.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly Dictionary<string, (ParameterSlot Slot, Tensor Value, Tensor? Gradient)> _views = new(StringComparer.Ordinal);
    private readonly Tensor? _gradients;

    /// <param name="layout">The order of the parameters.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="trainable">Whether they get gradients, which take as much memory again.</param>
    /// <param name="kernels">The device's kernels; null where libtorch's operations are used.</param>
    public FlatParameters(ParameterLayout layout, Device device, bool trainable = true, IKernels? kernels = null)
    {
        (Slots, UsedLength, Kernels) = (layout.Slots, layout.UsedLength, kernels);
        using (NewDisposeScope())
        {
            Values = empty(layout.Length, dtype: float32, device: device).DetachFromDisposeScope();
            _gradients = trainable ? zeros(layout.Length, dtype: float32, device: device).DetachFromDisposeScope() : null;
            foreach (ParameterSlot slot in layout.Slots)
            {
                // Detached views are autograd leaves that share the buffer's memory.
                Tensor value = Values.narrow(0, slot.Offset, slot.Count).view(slot.Shape).detach().requires_grad_(trainable).DetachFromDisposeScope();
                Tensor? gradient = _gradients?.narrow(0, slot.Offset, slot.Count).view(slot.Shape).DetachFromDisposeScope();
                if (gradient is not null)
                    value.grad = gradient;
                _views.Add(slot.Name, (slot, value, gradient));
            }

            ClearPadding(layout);
        }
    }

    /// <summary>All parameters, (Length) fp32.</summary>
    public Tensor Values { get; }

    /// <summary>Whether there are gradients.</summary>
    public bool IsTrainable => _gradients is not null;

    /// <summary>All gradients, (Length) fp32.</summary>
    /// <exception cref="InvalidOperationException">The model was loaded to be used, not to be trained.</exception>
    public Tensor Gradients => _gradients ?? throw new InvalidOperationException("The model has no gradients: it was loaded to be used, not to be trained.");

    /// <summary>Elements that parameters occupy, a multiple of 16; those behind are zero.</summary>
    public long UsedLength { get; }

    /// <summary>The parameters in buffer order.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>The kernels of the device they live on; null where libtorch's operations are used.</summary>
    public IKernels? Kernels { get; }

    /// <summary>What the gradients in the buffer are multiplied by.</summary>
    public LossScale LossScale { get; } = new();

    /// <summary>Grows whenever values change: what keeps a copy compares it.</summary>
    public long Version { get; private set; }

    /// <summary>Says that values were changed from outside.</summary>
    public void Changed() => Version++;

    /// <summary>A parameter's place.</summary>
    public ParameterSlot Slot(string name) => _views[name].Slot;

    /// <summary>What parameters have in [begin, begin + length): for each, its first element there and their number.</summary>
    public IEnumerable<(ParameterSlot Slot, long From, long Count)> SlotsIn(long begin, long length)
    {
        foreach (ParameterSlot slot in Slots)
        {
            long from = Math.Max(begin, slot.Offset), count = Math.Min(begin + length, slot.Offset + slot.Count) - from;
            if (count > 0)
                yield return (slot, from, count);
        }
    }

    /// <summary>Address of a parameter's first element.</summary>
    public nint ValueAddress(string name) => TensorMemory.Pointer(Values) + (nint)(Slot(name).Offset * sizeof(float));

    /// <summary>Address of the first element of a parameter's gradient; 0 where there are none.</summary>
    public nint GradientAddress(string name) => _gradients is null ? 0 : TensorMemory.Pointer(Gradients) + (nint)(Slot(name).Offset * sizeof(float));

    /// <summary>A parameter as an autograd leaf whose gradient accumulates in <see cref="Gradients"/>.</summary>
    public Tensor this[string name] => _views[name].Value;

    /// <summary>A parameter's gradient.</summary>
    public Tensor Gradient(string name) => _views[name].Gradient ?? Gradients;

    /// <summary>Whether the model has a parameter of that name.</summary>
    public bool Contains(string name) => _views.ContainsKey(name);

    /// <summary>Clears all gradients in place; the views stay.</summary>
    public void ZeroGradients()
    {
        using (no_grad())
            Gradients.zero_().Dispose(); // the result is a second handle of the same tensor
    }

    /// <summary>Draws all parameters anew.</summary>
    public void Initialize(double standardDeviation, ulong seed)
    {
        foreach (ParameterSlot slot in Slots)
            Fill(slot, values => ParameterInitializer.Fill(values, slot, standardDeviation, seed));
    }

    /// <summary>Lets <paramref name="fill"/> write a parameter's elements: in place on the CPU, through the host's memory elsewhere.</summary>
    public void Fill(ParameterSlot slot, SpanFiller fill)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            Tensor place = Values.narrow(0, slot.Offset, slot.Count);
            Tensor host = IsOnHost ? place : empty(slot.Count);
            fill(TensorMemory.Floats(host));
            if (!IsOnHost)
                place.copy_(host);
        }

        Changed();
    }

    /// <summary>Lets <paramref name="read"/> see a parameter's elements, without a copy on the CPU.</summary>
    public void Read(ParameterSlot slot, SpanReader read)
    {
        using (no_grad())
        using (NewDisposeScope())
            read(TensorMemory.Floats(Values.narrow(0, slot.Offset, slot.Count).cpu()));
    }

    /// <summary>Copies a parameter's elements to the host.</summary>
    public float[] ToArray(ParameterSlot slot)
    {
        float[] copy = GC.AllocateUninitializedArray<float>(checked((int)slot.Count));
        Read(slot, values => values.CopyTo(copy));
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor value, Tensor? gradient) in _views.Values)
        {
            value.Dispose();
            gradient?.Dispose();
        }
        Values.Dispose();
        _gradients?.Dispose();
    }

    /// <summary>Writes host memory.</summary>
    public delegate void SpanFiller(Span<float> values);

    /// <summary>Reads host memory.</summary>
    public delegate void SpanReader(ReadOnlySpan<float> values);

    // What lies between the parameters takes part in passes over the whole buffer; the parameters themselves are filled by whoever makes the model.
    private void ClearPadding(ParameterLayout layout)
    {
        long end = 0;
        foreach (ParameterSlot slot in layout.Slots)
        {
            Values.narrow(0, end, slot.Offset - end).zero_();
            end = slot.Offset + slot.Count;
        }

        Values.narrow(0, end, layout.Length - end).zero_();
    }

    private bool IsOnHost => Values.device_type == TorchSharp.DeviceType.CPU;
}
