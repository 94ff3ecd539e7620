using AcademicBert.Benchmarks.Measuring;
using AcademicBert.Modeling.Fused;
using AcademicBert.Native;
using AcademicBert.Native.Cpu;
using AcademicBert.Optimization;
using AcademicBert.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Benchmarks.Kernels;

/// <summary>Times each fused kernel with its backward pass beside libtorch's operations and autograd, fp32 on both sides.</summary>
internal sealed class KernelsBenchmark : IDisposable
{
    private const int Rows = 4096, Hidden = 256, Inner = 1024, Batch = 32, Heads = 4, Length = 128, Masked = 608, Words = 30522;
    private const double Probability = 0.1;

    private readonly int _rounds;
    private readonly Report _report = new();
    private readonly IDisposable _scope = NewDisposeScope();
    private readonly CpuKernels _kernels = KernelSelection.Cpu ?? throw new InvalidOperationException($"There are no fused kernels to measure: {KernelSelection.Description}.");
    private readonly Tensor _scratch = empty(3L * 32 * 32768);

    public KernelsBenchmark(int rounds) => _rounds = rounds;

    public void Run()
    {
        Console.WriteLine($"{KernelSelection.Description}, {get_num_threads()} threads, fp32, milliseconds forward and backward");
        ResidualNorm();
        BiasGelu();
        Softmax();
        CrossEntropy();
        AdamW();
        _report.Print();
    }

    public void Dispose() => _scope.Dispose();

    private void ResidualNorm()
    {
        Tensor x = Leaf(Rows, Hidden), residual = Leaf(Rows, Hidden), weight = Leaf(Hidden), shift = Leaf(Hidden), gradient = rand(Rows, Hidden);
        Tensor sum = empty(Rows, Hidden), normed = empty(Rows, Hidden), statistics = empty(Rows, 2), dsum = empty(Rows, Hidden), dx = empty(Rows, Hidden), dnorm = zeros(2, Hidden), bias = zeros(Hidden), dbias = zeros(Hidden);
        var norm = new NormPointers(At(weight), At(shift), false);
        var dropout = new DropoutDecisions(1, 2, 3, 0, Probability);
        var block = new RowBlock(Rows, Hidden, Length);
        Compare("dropout + residual + LayerNorm, 4096×256", "residualNorm", 10,
            () =>
            {
                _kernels.ResidualNormForward(ElementType.Float32, At(x), At(bias), At(residual), At(sum), norm, At(normed), 0, At(statistics), block, dropout);
                _kernels.ResidualNormBackward(
                    ElementType.Float32, At(gradient), 0, At(sum), At(statistics), norm, At(dsum), false, At(dx), At(dbias), new NormPointers(At(dnorm), At(dnorm) + Hidden * 4, false), At(_scratch), block, dropout);
            },
            () => functional.layer_norm(functional.dropout(x, Probability, true) + residual, [Hidden], weight, shift, 1e-12).backward([gradient]));
    }

    private void BiasGelu()
    {
        Tensor x = Leaf(Rows, Inner), bias = Leaf(Inner), gradient = rand(Rows, Inner), y = empty(Rows, Inner), dx = empty(Rows, Inner), dbias = zeros(Inner);
        Compare("bias + GELU, 4096×1024", "biasGelu", 0,
            () =>
            {
                _kernels.BiasGeluForward(ElementType.Float32, At(x), At(bias), At(y), Rows, Inner);
                _kernels.BiasGeluBackward(ElementType.Float32, At(gradient), At(x), At(bias), At(dx), At(dbias), At(_scratch), Rows, Inner);
            },
            () => functional.gelu(x + bias).backward([gradient]));
    }

    private void Softmax()
    {
        var shape = new AttentionShape(Batch, Heads, Length, Hidden / Heads);
        var dropout = new DropoutDecisions(1, 2, 3, 0, Probability);
        Tensor scores = Leaf(Batch, Heads, Length, Length), mask = zeros(Batch, 1, 1, Length), gradient = rand(Batch, Heads, Length, Length), work = scores.detach().clone(), dropped = empty_like(work), dwork = empty_like(work);
        Tensor lengths = full([Batch], Length, dtype: int32);
        Compare("scale + mask + softmax + dropout, 32×4×128×128", "softmaxDropout", 10,
            () =>
            {
                _kernels.AttentionSoftmaxForward(ElementType.Float32, At(work), At(dropped), At(lengths), shape, dropout);
                _kernels.AttentionSoftmaxBackward(ElementType.Float32, At(work), At(dwork), At(dropped), shape, dropout);
            },
            () => functional.dropout(functional.softmax(scores / 8 + mask, -1), Probability, true).backward([gradient]));
    }

    private void CrossEntropy()
    {
        Tensor logits = Leaf(Masked, Words), targets = randint(0, Words, [Masked], dtype: int64), narrow = targets.to(int32), work = rand(Masked, 30528), losses = empty(Masked);
        Compare("cross-entropy in place, 608×30522", "crossEntropy", 8,
            () => _kernels.CrossEntropy(ElementType.Float32, At(work), 0, At(narrow), At(losses), Masked, Words, 30528, 1),
            () => functional.cross_entropy(logits, targets, reduction: Reduction.Sum).backward());
    }

    /// <summary>AdamW against a pass that reads and writes the same memory and computes next to nothing.</summary>
    private unsafe void AdamW()
    {
        const long count = 30_000_000;
        Tensor values = rand(count), gradients = rand(count), first = zeros(count), second = zeros(count);
        AdamWStep step = AdamWSteps.Of(new AdamWOptions(), 1, 1e-3, 1, decays: true);
        float* v = (float*)At(values), g = (float*)At(gradients), m = (float*)At(first), s = (float*)At(second);
        double[] seconds = Interleaved.Medians(_rounds, () => FlatKernels.AdamW(v, g, m, s, count, step), () => MemoryPass.Run(v, g, m, s, count));
        _report.Add("AdamW, 30 million parameters", "adamW", seconds[0] * 1e3, "F1", "ms", $"a pass with the same traffic {seconds[1] * 1e3:F1} ms: {seconds[0] / seconds[1] * 100:F0} % of it, goal 110 %");
        _report.Hide("adamWOverPass", seconds[0] / seconds[1]);
    }

    private void Compare(string name, string key, double goal, Action ours, Action theirs)
    {
        double[] seconds = Interleaved.Medians(_rounds, ours, () =>
        {
            using var scope = NewDisposeScope();
            theirs();
        });
        _report.Add(name, key, seconds[0] * 1e3, "F2", "ms", $"libtorch {seconds[1] * 1e3:F2} ms: {seconds[1] / seconds[0]:F1} ×{(goal > 0 ? $", goal {goal:F0} ×" : "")}");
        _report.Hide(key + "Ratio", seconds[1] / seconds[0]);
    }

    private static Tensor Leaf(params long[] shape) => rand(shape).requires_grad_(true);

    private static nint At(Tensor tensor) => TensorMemory.Pointer(tensor);
}
