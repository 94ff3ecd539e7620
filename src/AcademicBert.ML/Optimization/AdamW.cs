using AcademicBert.Modeling;
using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using static TorchSharp.torch;

namespace AcademicBert.Optimization;

/// <summary>What an optimizer step did.</summary>
/// <param name="GradientNorm">Global norm of the scaled gradient, before clipping.</param>
/// <param name="Applied">False when the gradient was not finite, or the update was not wanted: the parameters are those of the step before.</param>
/// <param name="Overflowed">Whether it was not finite because of fp16's loss scale, which is lower now.</param>
internal readonly record struct OptimizerStep(double GradientNorm, bool Applied, bool Overflowed = false);

/// <summary>One update that has been decided on; its parts may be applied in any order.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="GradientScale">What gradients are multiplied by, clipping included.</param>
internal readonly record struct AdamWUpdate(long Step, double LearningRate, double GradientScale);

/// <summary>AdamW over the flat buffers of a model, updated in place.</summary>
internal sealed class AdamW : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;
    private readonly List<(double Rate, long Begin, long End)> _groups = [];
    private readonly IParameterUpdate _update;

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
        foreach (ParameterSlot slot in parameters.Slots)
        {
            double factor = rate?.Invoke(slot) ?? 1;
            long end = slot.Offset + slot.Capacity;
            if (_groups.Count > 0 && _groups[^1].Rate == factor)
                _groups[^1] = _groups[^1] with { End = end };
            else
                _groups.Add((factor, slot.Offset, end));
        }

        _groups.RemoveAll(group => group.Rate == 0);
        if (_groups.Count == 0)
            throw new ArgumentException("No parameter is trained.", nameof(rate));
        FirstMoments = zeros(moments, dtype: float32, device: device).DetachFromDisposeScope();
        SecondMoments = zeros(moments, dtype: float32, device: device).DetachFromDisposeScope();
        _update = parameters.Kernels is CudaKernels cuda ? new CudaUpdate(parameters, cuda, FirstMoments, SecondMoments)
            : parameters.Values.device_type == TorchSharp.DeviceType.CPU ? new HostUpdate(parameters, FirstMoments, SecondMoments)
            : new TorchUpdate(parameters, FirstMoments, SecondMoments);
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
        gradientScale /= _parameters.LossScale.Factor;
        long start = _groups[0].Begin, length = _parameters.UsedLength - start;
        double norm = Math.Sqrt(SquaredGradients(start, length)) * gradientScale;
        bool overflowed = _parameters.LossScale.Update(double.IsFinite(norm));
        if (!double.IsFinite(norm))
            return new OptimizerStep(norm, Applied: false, overflowed);
        Apply(Begin(learningRate, gradientScale, norm), start, length, start);
        _parameters.Changed();
        return new OptimizerStep(norm, Applied: true);
    }

    /// <summary>Sum of the squared gradients of parameters [begin, begin + length); not finite when one of them is not.</summary>
    public double SquaredGradients(long begin, long length) => _update.SquaredGradients(begin, length);

    /// <summary>Begins an update: counts it, and clips by the gradient norm.</summary>
    /// <param name="learningRate">Learning rate of this update.</param>
    /// <param name="gradientScale">What the gradients are multiplied by first.</param>
    /// <param name="norm">Finite norm of all gradients, so multiplied.</param>
    public AdamWUpdate Begin(double learningRate, double gradientScale, double norm) => new(
        ++Steps, learningRate, _options.MaxGradientNorm > 0 ? gradientScale * Math.Min(1, _options.MaxGradientNorm / (norm + 1e-6)) : gradientScale);

    /// <summary>Applies an update to parameters [begin, begin + length); with LAMB, these must be whole parameter tensors. Begins are multiples of 16.</summary>
    /// <param name="update">The update.</param>
    /// <param name="begin">First parameter.</param>
    /// <param name="length">Number of parameters.</param>
    /// <param name="momentsBegin">Where their moments begin.</param>
    public void Apply(AdamWUpdate update, long begin, long length, long momentsBegin)
    {
        foreach ((double rate, long groupBegin, long groupEnd) in _groups)
        {
            long from = Math.Max(begin, groupBegin), count = Math.Min(begin + length, groupEnd) - from, moments = momentsBegin - begin + from;
            if (count <= 0)
                continue;
            if (_options.Variant == AdamWVariant.Lamb)
                _update.Lamb(from, count, moments, Lamb(decays: true), Lamb(decays: false));
            else
                _update.AdamW(from, count, moments, Adam(decays: true), Adam(decays: false));

            LambStep Lamb(bool decays) => LambStep.Of(_options, update.Step, update.LearningRate * rate, update.GradientScale, decays);
            AdamWStep Adam(bool decays) => AdamWSteps.Of(_options, update.Step, update.LearningRate * rate, update.GradientScale, decays);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _update.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}
