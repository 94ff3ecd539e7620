using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Optimization;

/// <summary>What an optimizer step did.</summary>
/// <param name="GradientNorm">Global norm of the scaled gradient, before clipping.</param>
/// <param name="Applied">False when the gradient was not finite, or not accepted: the parameters are those of the step before.</param>
internal readonly record struct OptimizerStep(double GradientNorm, bool Applied);

/// <summary>AdamW over the flat buffers of a model: one pass, updated in place.</summary>
internal sealed unsafe class AdamW : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;
    private readonly double[] _rates;
    private readonly long _start;

    /// <param name="parameters">What is trained.</param>
    /// <param name="options">Settings.</param>
    /// <param name="rate">Factor of the learning rate for each parameter, 0 for one that stays as it is; null: 1 for all. Those that stay come first in the buffer; their gradients are not looked at.</param>
    public AdamW(FlatParameters parameters, AdamWOptions options, Func<ParameterSlot, double>? rate = null)
    {
        options.Validate();
        (_parameters, _options) = (parameters, options);
        _rates = [.. parameters.Slots.Select(slot => rate?.Invoke(slot) ?? 1)];
        int first = Array.FindIndex(_rates, factor => factor > 0);
        _start = first < 0 ? throw new ArgumentException("No parameter is trained.", nameof(rate)) : parameters.Slots[first].Offset;
        FirstMoments = zeros_like(parameters.Values).DetachFromDisposeScope();
        SecondMoments = zeros_like(parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>Updates applied so far.</summary>
    public long Steps { get; set; }

    /// <summary>Running means of gradients, laid out as the parameters.</summary>
    public Tensor FirstMoments { get; }

    /// <summary>Running means of squared gradients, laid out as the parameters.</summary>
    public Tensor SecondMoments { get; }

    /// <summary>Updates all parameters from their gradients.</summary>
    /// <param name="learningRate">Learning rate of this update.</param>
    /// <param name="gradientScale">What the gradients are multiplied by first: one over the number of targets when they are sums.</param>
    /// <param name="accepts">Whether an update of a gradient norm is made; null: any finite one.</param>
    public OptimizerStep Step(double learningRate, double gradientScale = 1, Func<double, bool>? accepts = null)
    {
        float* values = Pointer(_parameters.Values), gradients = Pointer(_parameters.Gradients);
        double norm = FlatKernels.Norm(gradients + _start, _parameters.Gradients.numel() - _start) * gradientScale;
        if (!double.IsFinite(norm) || accepts?.Invoke(norm) == false)
            return new OptimizerStep(norm, Applied: false);
        if (_options.MaxGradientNorm > 0)
            gradientScale *= Math.Min(1, _options.MaxGradientNorm / (norm + 1e-6));
        Steps++;
        float* first = Pointer(FirstMoments), second = Pointer(SecondMoments);
        foreach ((ParameterSlot slot, double rate) in _parameters.Slots.Zip(_rates))
        {
            if (rate == 0)
                continue;
            if (_options.Variant == AdamWVariant.Lamb)
                LambKernel.Update(values + slot.Offset, gradients + slot.Offset, first + slot.Offset, second + slot.Offset, slot.Count, LambStep.Of(_options, Steps, learningRate * rate, gradientScale, slot.Decays));
            else
                FlatKernels.AdamW(values + slot.Offset, gradients + slot.Offset, first + slot.Offset, second + slot.Offset, slot.Count, AdamWStep.Of(_options, Steps, learningRate * rate, gradientScale, slot.Decays));
        }

        _parameters.Changed();
        return new OptimizerStep(norm, Applied: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    private static float* Pointer(Tensor tensor) => (float*)TensorMemory.Pointer(tensor);
}
