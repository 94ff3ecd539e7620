using AcademicBert.Modeling.Fused;
using AcademicBert.Native;
using AcademicBert.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AcademicBert.Modeling;

/// <summary>A BERT encoder with one head: parameters, forward passes and their gradients.</summary>
internal sealed class BertModel : IDisposable
{
    private readonly PlainLayers _layers;
    private readonly FusedEncoder? _fused;
    private readonly FusedMaskedHead? _fusedHead;

    private BertModel(BertConfig config, HeadSpec head, Device device, ComputePrecision precision, IKernels? kernels, bool recomputes, bool trainable = true)
    {
        Config = config;
        Head = head;
        Device = device;
        kernels = KernelSelection.Supports(config, kernels) ? kernels : null;
        ElementType type = KernelSelection.Resolve(precision, kernels);
        Parameters = new FlatParameters(new ParameterLayout(config, head), device, trainable, kernels);
        _layers = new PlainLayers(config, Parameters);
        if (type == ElementType.Float16)
            Parameters.LossScale.MakeDynamic();
        if (kernels is not null)
            _fused = new FusedEncoder(config, Parameters, kernels, type, recomputes);
        if (_fused is not null && head.PredictsTokens)
            _fusedHead = new FusedMaskedHead(config, _fused);
        Encoder = _fused is not null ? _fused : new PlainEncoder(config, Parameters);
    }

    /// <summary>The encoder's shape.</summary>
    public BertConfig Config { get; }

    /// <summary>The head.</summary>
    public HeadSpec Head { get; }

    /// <summary>Where the parameters live.</summary>
    public Device Device { get; }

    /// <summary>All parameters and gradients.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>The engine that encodes.</summary>
    public IEncoder Encoder { get; }

    /// <summary>Whether its memory was given back.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>The type of its matrix products.</summary>
    public ElementType ComputeType => _fused?.Type ?? ElementType.Float32;

    /// <summary>Makes a model with random parameters, the same for the same seed.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="head">Its head.</param>
    /// <param name="seed">Seed of its parameters.</param>
    /// <param name="device">Where it lives; null for the CPU.</param>
    /// <param name="precision">Type of matrix products.</param>
    /// <param name="recomputes">Whether the backward pass computes attention probabilities and activations again, for less memory.</param>
    /// <param name="kernels">Kernels; null for those of the device.</param>
    /// <exception cref="ArgumentException">The configuration is invalid; the message names the property.</exception>
    public static BertModel Create(
        BertConfig config, HeadSpec head, ulong seed, Device? device = null, ComputePrecision precision = ComputePrecision.Float32, bool recomputes = false, IKernels? kernels = null)
    {
        config.Validate();
        var model = new BertModel(config, head, device ?? CPU, precision, kernels ?? KernelSelection.For(device ?? CPU), recomputes);
        model.Parameters.Initialize(config.InitializerRange, seed);
        return model;
    }

    /// <summary>The same on the CPU by libtorch's operations alone, whatever kernels there are.</summary>
    public static BertModel CreatePlain(BertConfig config, HeadSpec head, ulong seed)
    {
        var model = new BertModel(config, head, CPU, ComputePrecision.Float32, kernels: null, recomputes: false);
        model.Parameters.Initialize(config.InitializerRange, seed);
        return model;
    }

    /// <summary>Makes a model to be used, not trained: without gradients, and with parameters that whoever makes it fills, all of them.</summary>
    /// <exception cref="ArgumentException">The configuration is invalid; the message names the property.</exception>
    public static BertModel Allocate(BertConfig config, HeadSpec head, Device? device = null, ComputePrecision precision = ComputePrecision.Float32, IKernels? kernels = null)
    {
        config.Validate();
        return new BertModel(config, head, device ?? CPU, precision, kernels ?? KernelSelection.For(device ?? CPU), recomputes: false, trainable: false);
    }

    /// <summary>The model to be used in a precision: itself where it is that already; else a copy without gradients, and this one is disposed.</summary>
    public BertModel In(ComputePrecision precision)
    {
        if (!Parameters.IsTrainable && ComputeType == KernelSelection.Resolve(precision, Parameters.Kernels))
            return this;
        BertModel copy = Allocate(Config, Head, Device, precision, Parameters.Kernels);
        using (no_grad())
            copy.Parameters.Values.copy_(Parameters.Values);
        copy.Parameters.Changed();
        Dispose();
        return copy;
    }

    /// <summary>Hidden states, (B, S, H).</summary>
    public Tensor Encode(EncoderInput input, DropoutState? dropout = null)
    {
        RequireLength(input);
        return Encoder.Encode(input, dropout);
    }

    /// <summary>The classifier's outputs, (B, Outputs): the last layer computes the first tokens only.</summary>
    public Tensor Outputs(EncoderInput input, DropoutState? dropout = null)
    {
        RequireHead(Head.Kind == HeadKind.Classifier, "classifies");
        RequireLength(input);
        return Classify(_layers.Dense(Encoder.EncodeFirst(input, dropout), ParameterNames.Pooler).tanh(), dropout);
    }

    /// <summary>Gradients of a loss that heads have made of the last encoded batch, into the flat buffer.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="trainedFrom">The lowest <see cref="ParameterSlot.Depth"/> whose gradients are needed.</param>
    public void Backward(Tensor loss, int trainedFrom = 0)
    {
        if (Parameters.LossScale.Factor == 1)
            loss.backward();
        else
            (loss * Parameters.LossScale.Factor).backward();
        Encoder.Backward(trainedFrom);
    }

    /// <summary>Forward and backward pass of masked-language modelling.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="targets">What is to be predicted.</param>
    /// <param name="dropout">Masks to draw.</param>
    /// <returns>Sum of the losses; its gradient is added to the flat buffer.</returns>
    public double AccumulateGradients(EncoderInput input, MaskedTargets targets, DropoutState? dropout)
    {
        using var scope = NewDisposeScope();
        if (_fusedHead is not null && targets.RandomNext_B is null)
        {
            Tensor positions_N = targets.Positions_N.to(int32, Device).contiguous(), ids_N = targets.Ids_N.to(int32, Device).contiguous();
            AccumulateFused(_fused!.Read(input, dropout), TensorMemory.Pointer(positions_N), TensorMemory.Pointer(ids_N), positions_N.numel());
            return TakeLossSum();
        }

        Tensor hidden_BSH = Encode(input, dropout);
        Tensor loss = MaskedLossSum(hidden_BSH, targets.Positions_N, targets.Ids_N);
        if (targets.RandomNext_B is { } random_B)
            loss += targets.PairWeight * functional.cross_entropy(NextSentenceLogits(hidden_BSH), random_B, reduction: Reduction.Sum);
        Backward(loss);
        return loss.item<float>();
    }

    /// <summary>Logits over the vocabulary at flat positions of a batch, (N, V).</summary>
    /// <param name="hidden_BSH">Encoded batch.</param>
    /// <param name="positions_N">row * S + column of each, int64; null for all positions.</param>
    public Tensor MaskedLogits(Tensor hidden_BSH, Tensor? positions_N)
    {
        RequireHead(Head.PredictsTokens, "predicts tokens");
        Tensor hidden_NH = hidden_BSH.reshape(-1, Config.HiddenSize);
        if (positions_N is not null)
            hidden_NH = hidden_NH.index_select(0, positions_N);
        Tensor transformed_NH = _layers.Norm(_layers.Activate(_layers.Dense(hidden_NH, ParameterNames.Transform)), ParameterNames.TransformNorm);
        Tensor? bias = Config.MlmOutputBias ? Parameters[ParameterNames.OutputBias] : null;
        return functional.linear(transformed_NH, Parameters[ParameterNames.Decoder(Config)], bias);
    }

    /// <summary>Sum of -log p over masked tokens: a scalar, to be divided by the number of masked tokens of the global batch.</summary>
    /// <param name="hidden_BSH">Encoded batch.</param>
    /// <param name="positions_N">row * S + column of each masked token, int64.</param>
    /// <param name="ids_N">Original ids there, int64.</param>
    public Tensor MaskedLossSum(Tensor hidden_BSH, Tensor positions_N, Tensor ids_N)
    {
        Tensor logits_NV = Config.SparsePrediction
            ? MaskedLogits(hidden_BSH, positions_N)
            : MaskedLogits(hidden_BSH, null).index_select(0, positions_N);
        return functional.cross_entropy(logits_NV, ids_N, reduction: Reduction.Sum);
    }

    /// <summary>tanh of a linear layer on the first token, (B, H).</summary>
    public Tensor Pool(Tensor hidden_BSH)
    {
        RequireHead(Head.Pools, "pools");
        return _layers.Dense(hidden_BSH.select(1, 0), ParameterNames.Pooler).tanh();
    }

    /// <summary>The classifier's outputs, (B, Outputs).</summary>
    public Tensor Classify(Tensor pooled_BH, DropoutState? dropout = null)
    {
        RequireHead(Head.Kind == HeadKind.Classifier, "classifies");
        return _layers.Dense(DropoutMask.ApplyToPooled(pooled_BH, Config.HiddenDropout, dropout, Config.Layers), ParameterNames.Classifier);
    }

    /// <summary>The token classifier's outputs, (B, S, Outputs).</summary>
    public Tensor ClassifyTokens(Tensor hidden_BSH, DropoutState? dropout = null)
    {
        RequireHead(Head.Kind == HeadKind.TokenClassifier, "classifies tokens");
        return _layers.Dense(DropoutMask.ApplyToHidden(hidden_BSH, Config.HiddenDropout, dropout, Config.Layers, DropoutSite.Classifier), ParameterNames.Classifier);
    }

    /// <summary>Logits of "follows" and "is of another document" for each pair, (B, 2).</summary>
    public Tensor NextSentenceLogits(Tensor hidden_BSH)
    {
        RequireHead(Head.Kind == HeadKind.MaskedLanguageModelWithNextSentence, "judges sentence pairs");
        return _layers.Dense(Pool(hidden_BSH), ParameterNames.NextSentence);
    }

    /// <summary>Whether <see cref="AccumulateGradients(HostBatch, DropoutState?)"/> can be used.</summary>
    public bool ReadsHostBatches => _fusedHead is not null;

    /// <summary>The same for single sequences on the host. Nothing waits for a GPU: the loss is taken by <see cref="TakeLossSum"/>.</summary>
    public void AccumulateGradients(HostBatch batch, DropoutState? dropout)
    {
        FusedInput input = _fused!.Read(ref batch, dropout);
        AccumulateFused(input, batch.Positions, batch.Targets, batch.MaskedCount);
    }

    /// <summary>Sum of the losses of host batches since it was last taken; waits for their passes.</summary>
    public double TakeLossSum() => _fusedHead!.TakeLossSum();

    /// <summary>Bytes that training on batches of a shape takes beside parameters, gradients and moments; null where it is not known.</summary>
    public long? BytesFor(long batch, long length, double maskRate)
    {
        if (_fusedHead is null)
            return null;
        long masked = (long)Math.Ceiling(batch * length * maskRate);
        // Pairs take autograd's way, which keeps logits, their logarithms and the gradients of both.
        long logits = Head.Kind == HeadKind.MaskedLanguageModelWithNextSentence ? 4L * sizeof(float) * masked * Config.PaddedVocabularySize : 0;
        return _fused!.BytesFor(new BatchShape(batch, length)) + _fusedHead.BytesFor(masked) + logits;
    }

    /// <summary>Gives back what batches have taken besides the parameters, with losses that were not taken; the next batch takes what it needs.</summary>
    public void ReleaseMemory()
    {
        _fused?.ReleaseMemory();
        _fusedHead?.ReleaseMemory();
    }

    private void AccumulateFused(FusedInput input, nint positions, nint ids, long count)
    {
        Fused.Buffer hidden_RH = _fused!.Forward(input, training: true).Normed;
        _fusedHead!.LossAndGradients(hidden_RH, positions, ids, count, input.Shape.Rows);
        _fused.BackwardFromInputGradient();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Whoever computes has locked the model: kernels are not left with memory that is gone.
        lock (this)
        {
            if (IsDisposed)
                return;
            IsDisposed = true;
            _fusedHead?.Dispose();
            _fused?.Dispose();
            Parameters.Dispose();
        }
    }

    private void RequireLength(EncoderInput input)
    {
        long length = input.InputIds.shape[1];
        if (length > Config.MaxPositions)
            throw new ArgumentException($"An input of {length} tokens is longer than the {Config.MaxPositions} positions of the model ({nameof(BertConfig)}.{nameof(BertConfig.MaxPositions)}).", nameof(input));
    }

    private void RequireHead(bool holds, string ability)
    {
        if (!holds)
            throw new InvalidOperationException($"The model has {Head}, none that {ability}.");
    }
}
