using System.Runtime.InteropServices;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling;

/// <summary>
/// All trainable parameters of a model as views of one fp32 buffer, and their gradients as views of another:
/// the optimizer, gradient norms and all-reduce are one pass each, and backward accumulates in place.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly Dictionary<string, (ParameterSlot Slot, Tensor Value, Tensor Gradient)> _views = new(StringComparer.Ordinal);

    public FlatParameters(ParameterLayout layout, Device device)
    {
        Slots = layout.Slots;
        using (NewDisposeScope())
        {
            Values = zeros(layout.Length, dtype: float32, device: device).DetachFromDisposeScope();
            Gradients = zeros(layout.Length, dtype: float32, device: device).DetachFromDisposeScope();
            foreach (ParameterSlot slot in layout.Slots)
            {
                // Detached views are autograd leaves that share the buffer's memory.
                Tensor value = Values.narrow(0, slot.Offset, slot.Count).view(slot.Shape).detach().requires_grad_(true).DetachFromDisposeScope();
                Tensor gradient = Gradients.narrow(0, slot.Offset, slot.Count).view(slot.Shape).DetachFromDisposeScope();
                value.grad = gradient;
                _views.Add(slot.Name, (slot, value, gradient));
            }
        }
    }

    /// <summary>All parameters, (Length) fp32.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, (Length) fp32.</summary>
    public Tensor Gradients { get; }

    /// <summary>The parameters in buffer order.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Grows whenever values change: what keeps a copy compares it.</summary>
    public long Version { get; private set; }

    /// <summary>Says that values were changed from outside.</summary>
    public void Changed() => Version++;

    /// <summary>A parameter's place.</summary>
    public ParameterSlot Slot(string name) => _views[name].Slot;

    /// <summary>Address of a parameter's first element.</summary>
    public nint ValueAddress(string name) => TensorMemory.Pointer(Values) + (nint)(Slot(name).Offset * sizeof(float));

    /// <summary>Address of the first element of a parameter's gradient.</summary>
    public nint GradientAddress(string name) => TensorMemory.Pointer(Gradients) + (nint)(Slot(name).Offset * sizeof(float));

    /// <summary>A parameter as an autograd leaf whose gradient accumulates in <see cref="Gradients"/>.</summary>
    public Tensor this[string name] => _views[name].Value;

    /// <summary>A parameter's gradient.</summary>
    public Tensor Gradient(string name) => _views[name].Gradient;

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

    /// <summary>Lets <paramref name="fill"/> write a parameter's elements on the host, wherever the buffer lives.</summary>
    public void Fill(ParameterSlot slot, SpanFiller fill)
    {
        float[] host = GC.AllocateUninitializedArray<float>(checked((int)slot.Count));
        fill(host);
        using (no_grad())
        using (NewDisposeScope())
            Values.narrow(0, slot.Offset, slot.Count).copy_(tensor(host));
        Changed();
    }

    /// <summary>Copies a parameter's elements to the host.</summary>
    public float[] ToArray(ParameterSlot slot)
    {
        using (no_grad())
        using (NewDisposeScope())
            return Values.narrow(0, slot.Offset, slot.Count).cpu().data<float>().ToArray();
    }

    /// <summary>The parameters as items of a safetensors file, without padding.</summary>
    public IReadOnlyList<SafeTensorsWriter.Item> ToSafeTensors() =>
    [
        .. Slots.Select(slot => new SafeTensorsWriter.Item(slot.Name, "F32", slot.Shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(ToArray(slot))))),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor value, Tensor gradient) in _views.Values)
        {
            value.Dispose();
            gradient.Dispose();
        }
        Values.Dispose();
        Gradients.Dispose();
    }

    /// <summary>Writes host memory.</summary>
    public delegate void SpanFiller(Span<float> values);
}
