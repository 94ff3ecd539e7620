using AcademicBert.Modeling;
using AcademicBert.Native;
using static TorchSharp.torch;

namespace AcademicBert.Optimization;

/// <summary>Updates parameters by libtorch's operations: on a GPU without kernels of ours, and for LAMB there.</summary>
internal class TorchUpdate(FlatParameters parameters, Tensor firstMoments, Tensor secondMoments) : IParameterUpdate
{
    public virtual double SquaredGradients(long begin, long length)
    {
        using var scope = NewDisposeScope();
        double norm = parameters.Gradients.narrow(0, begin, length).norm().item<float>();
        return norm * norm;
    }

    public virtual void AdamW(long begin, long length, long momentsBegin, AdamWStep decaying, AdamWStep other) => ForEach(begin, length, momentsBegin, (slot, value, gradient, first, second) =>
    {
        AdamWStep step = slot.Decays ? decaying : other;
        Moments(gradient * step.GradientScale + value * step.DecayInGradient, first, second, step.Beta1, step.Beta2);
        Tensor update = first / (second.sqrt() * step.InverseRootCorrection2 + step.Epsilon);
        value.copy_((value * (step.DecayBefore - step.DecayInside) - update * step.StepSize) * step.DecayAfter);
    });

    public void Lamb(long begin, long length, long momentsBegin, LambStep decaying, LambStep other) => ForEach(begin, length, momentsBegin, (slot, value, gradient, first, second) =>
    {
        LambStep step = slot.Decays ? decaying : other;
        Moments(gradient * step.GradientScale, first, second, step.Beta1, step.Beta2);
        Tensor update = first * step.InverseCorrection1 / (second.sqrt() * step.InverseRootCorrection2 + step.Epsilon) + value * step.Decay;
        double valueNorm = value.norm().item<float>(), updateNorm = update.norm().item<float>();
        value.copy_(value - update * (step.LearningRate * (valueNorm > 0 && updateNorm > 0 ? valueNorm / updateNorm : 1)));
    });

    public virtual void Dispose()
    {
    }

    private static void Moments(Tensor gradient, Tensor first, Tensor second, float beta1, float beta2)
    {
        first.copy_(first * beta1 + gradient * (1 - beta1));
        second.copy_(second * beta2 + gradient * gradient * (1 - beta2));
    }

    private void ForEach(long begin, long length, long momentsBegin, Action<ParameterSlot, Tensor, Tensor, Tensor, Tensor> update)
    {
        using IDisposable frozen = no_grad();
        foreach ((ParameterSlot slot, long from, long count) in parameters.SlotsIn(begin, length))
        {
            using var scope = NewDisposeScope();
            long moments = momentsBegin - begin + from;
            update(slot, parameters.Values.narrow(0, from, count), parameters.Gradients.narrow(0, from, count), firstMoments.narrow(0, moments, count), secondMoments.narrow(0, moments, count));
        }
    }
}
