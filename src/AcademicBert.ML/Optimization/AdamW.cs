using AcademicBert.Modeling;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Optimization;

/// <summary>What an optimizer step did.</summary>
/// <param name="GradientNorm">Global norm of the scaled gradient, before clipping.</param>
/// <param name="Applied">False when the gradient was not finite, or the update was not wanted: the parameters are those of the step before.</param>
internal readonly record struct OptimizerStep(double GradientNorm, bool Applied);

/// <summary>One update that has been decided on; its parts may be applied in any order.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="GradientScale">What gradients are multiplied by, clipping included.</param>
internal readonly record struct AdamWUpdate(long Step, double LearningRate, double GradientScale);

/// <summary>AdamW over the flat buffers of a model, updated in place.</summary>
internal sealed unsafe class AdamW : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;
    private readonly double[] _rates;
    private readonly long _start;

    /// <summary>An optimizer that keeps the moments of all parameters.</summary>
    /// <param name="parameters">What is trained.</param>
    /// <param name="options">Settings.</param>
    /// <param name="rate">Factor of the learning rate for each parameter, 0 for one that stays as it is; null: 1 for all. Those that stay come first in the buffer; their gradients are not looked at.</param>
    public AdamW(FlatParameters parameters, AdamWOptions options, Func<ParameterSlot, double>? rate = null)
        : this(parameters, options, parameters.Values.numel(), parameters.Values.device, rate)
    {
    }

    /// <summary>An optimizer that keeps moments of some parameters only.</summary>
    /// <param name="parameters">What is trained.</param>
    /// <param name="options">Settings.</param>
    /// <param name="moments">Elements it keeps moments of.</param>
    /// <param name="device">Where the moments live.</param>
    /// <param name="rate">Factor of the learning rate for each parameter; null: 1 for all.</param>
    public AdamW(FlatParameters parameters, AdamWOptions options, long moments, Device device, Func<ParameterSlot, double>? rate = null)
    {
        options.Validate();
        (_parameters, _options) = (parameters, options);
        _rates = [.. parameters.Slots.Select(slot => rate?.Invoke(slot) ?? 1)];
        int first = Array.FindIndex(_rates, factor => factor > 0);
        _start = first < 0 ? throw new ArgumentException("No parameter is trained.", nameof(rate)) : parameters.Slots[first].Offset;
        FirstMoments = zeros(moments, dtype: float32, device: device).DetachFromDisposeScope();
        SecondMoments = zeros(moments, dtype: float32, device: device).DetachFromDisposeScope();
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
    public OptimizerStep Step(double learningRate, double gradientScale = 1)
    {
        long length = _parameters.UsedLength - _start;
        double norm = Math.Sqrt(SquaredGradients(_start, length)) * gradientScale;
        if (!double.IsFinite(norm))
            return new OptimizerStep(norm, Applied: false);
        Apply(Begin(learningRate, gradientScale, norm), _start, length, _start);
        _parameters.Changed();
        return new OptimizerStep(norm, Applied: true);
    }

    /// <summary>Sum of the squared gradients of parameters [begin, begin + length); not finite when one of them is not.</summary>
    public double SquaredGradients(long begin, long length) => FlatKernels.SquaredSum(Pointer(_parameters.Gradients) + begin, length);

    /// <summary>Begins an update: counts it, and clips by the gradient norm.</summary>
    /// <param name="learningRate">Learning rate of this update.</param>
    /// <param name="gradientScale">What the gradients are multiplied by first.</param>
    /// <param name="norm">Finite norm of all gradients, so multiplied.</param>
    public AdamWUpdate Begin(double learningRate, double gradientScale, double norm) => new(
        ++Steps, learningRate, _options.MaxGradientNorm > 0 ? gradientScale * Math.Min(1, _options.MaxGradientNorm / (norm + 1e-6)) : gradientScale);

    /// <summary>Applies an update to parameters [begin, begin + length); with LAMB, these must be whole parameter tensors.</summary>
    /// <param name="update">The update.</param>
    /// <param name="begin">First parameter.</param>
    /// <param name="length">Number of parameters.</param>
    /// <param name="momentsBegin">Where their moments begin.</param>
    public void Apply(AdamWUpdate update, long begin, long length, long momentsBegin)
    {
        float* values = Pointer(_parameters.Values), gradients = Pointer(_parameters.Gradients);
        float* first = Pointer(FirstMoments) + momentsBegin - begin, second = Pointer(SecondMoments) + momentsBegin - begin;
        foreach ((ParameterSlot slot, double rate) in _parameters.Slots.Zip(_rates))
        {
            long from = Math.Max(begin, slot.Offset), count = Math.Min(begin + length, slot.Offset + slot.Count) - from;
            if (count <= 0 || rate == 0)
                continue;
            if (_options.Variant == AdamWVariant.Lamb)
                LambKernel.Update(values + from, gradients + from, first + from, second + from, count, LambStep.Of(_options, update.Step, update.LearningRate * rate, update.GradientScale, slot.Decays));
            else
                FlatKernels.AdamW(values + from, gradients + from, first + from, second + from, count, AdamWStep.Of(_options, update.Step, update.LearningRate * rate, update.GradientScale, slot.Decays));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    private static float* Pointer(Tensor tensor) => (float*)TensorMemory.Pointer(tensor);
}
