using AcademicBert.Native;
using AcademicBert.Native.Cuda;
using AcademicBert.Tensors;
using static TorchSharp.torch;

namespace AcademicBert.Modeling.Fused;

/// <summary>
/// The encoder with hand-written forward and backward passes over memory that is allocated once. It is connected to autograd at its
/// end only: heads, and the last layer of first tokens, see its result as a leaf, and <see cref="Backward"/> takes the leaf's gradient through the layers.
/// </summary>
internal sealed class FusedEncoder : IEncoder, IDisposable
{
    private const int MostShapes = 256;

    private readonly BertConfig _config;
    private readonly IKernels _kernels;
    private readonly ComputeParameters _parameters;
    private readonly SharedMemory _shared;
    private readonly FusedLayer[] _layers;
    private readonly LayerMemory[] _memory;
    private readonly BoundaryMemory[] _boundaries;
    private readonly FusedEmbedding _embedding;
    private readonly NormTable _norms;
    private readonly Dictionary<(BatchShape Shape, bool Training), LayerViews[]> _views = [];
    private readonly BatchUpload? _upload;
    private readonly PlainLayer _last;
    private FusedInput? _input;
    private int _passed;
    private Tensor? _result, _firstStream;

    /// <param name="config">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="kernels">Kernels of the device they are on.</param>
    /// <param name="type">Type of matrix products.</param>
    /// <param name="recomputes">Whether attention probabilities and activations are computed again in the backward pass instead of kept.</param>
    public FusedEncoder(BertConfig config, FlatParameters parameters, IKernels kernels, ElementType type, bool recomputes)
    {
        (_config, _kernels, Type) = (config, kernels, type);
        Device device = parameters.Values.device;
        if (kernels is CudaKernels cuda)
            _upload = new BatchUpload(cuda.Device, device);
        _parameters = new ComputeParameters(parameters, kernels, type);
        _shared = new SharedMemory(type, device, kernels);
        _norms = new NormTable(config, parameters);
        _embedding = new FusedEmbedding(config, parameters, kernels, _shared, _norms);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new FusedLayer(config, _parameters, kernels, _shared, layer, recomputes))];
        _last = new PlainLayer(config, parameters, config.Layers - 1);
        _memory = [.. _layers.Select(_ => new LayerMemory(type, device, recomputes ? _shared : null))];
        _boundaries = [.. Enumerable.Range(0, config.Layers + 1).Select(_ => new BoundaryMemory(type, device))];
    }

    /// <summary>Type of matrix products.</summary>
    public ElementType Type { get; }

    /// <summary>The kernels.</summary>
    public IKernels Kernels => _kernels;

    /// <summary>The parameters in the compute type.</summary>
    public ComputeParameters Parameters => _parameters;

    /// <summary>Memory the head may use between the passes.</summary>
    public SharedMemory Shared => _shared;

    private bool Trains => is_grad_enabled() && _parameters.Parameters.IsTrainable;

    /// <inheritdoc/>
    public Tensor Encode(EncoderInput input, DropoutState? dropout)
    {
        bool training = Trains;
        return Result(Forward(Read(input, dropout), training), training);
    }

    /// <inheritdoc/>
    public Tensor EncodeFirst(EncoderInput input, DropoutState? dropout)
    {
        // On a GPU, some fifty small launches stand against what is saved.
        if (_upload is not null)
            return Encode(input, dropout).select(1, 0).contiguous();
        bool training = Trains;
        int last = _layers.Length - 1;
        Tensor input_BSH = Result(Forward(Read(input, dropout), training, last), training);
        using Tensor stream_BSH = Stream(last, training).View(input_BSH.shape);
        Tensor first_B1H = stream_BSH.narrow(1, 0, 1).clone();
        if (training)
            first_B1H = _firstStream = Leaf(first_B1H);
        return _last.Finish(first_B1H, _last.AttendFirst(input_BSH, PlainEncoder.AttentionMask(input), dropout), dropout).squeeze(1);
    }

    /// <inheritdoc/>
    public void Backward(int trainedFrom = 0)
    {
        Tensor gradient = _result?.grad ?? throw new InvalidOperationException("There is no gradient of an encoded batch: Encode with gradients, then the loss's backward pass, come first.");
        using (gradient)
        {
            using Tensor contiguous = gradient.contiguous();
            _kernels.Round(Type, TensorMemory.Pointer(contiguous), _shared.InputGradient.Address, contiguous.numel());
        }

        if (_firstStream is not null)
            SpreadFirstStream();
        BackwardFromInputGradient(trainedFrom);
    }

    /// <summary>A batch of tensors as kernels read it.</summary>
    public FusedInput Read(EncoderInput input, DropoutState? dropout) => new(input, dropout, _parameters.Parameters.Values.device, _upload is not null);

    /// <summary>A batch on the host as kernels read it; where they run on a GPU, its copy there is under way.</summary>
    /// <param name="batch">The batch; receives where it is on the device.</param>
    /// <param name="dropout">Masks to draw.</param>
    public FusedInput Read(ref HostBatch batch, DropoutState? dropout)
    {
        if (_upload is null)
            return new FusedInput(batch, dropout);
        batch = _upload.Copy(batch, out Tensor ids_R);
        using (ids_R)
            return new FusedInput(batch, dropout, ids_R);
    }

    /// <summary>Bytes of memory that training on batches of a shape takes beside the parameters.</summary>
    public long BytesFor(BatchShape shape) => Sizes(shape, training: true).GroupBy(size => size.Buffer).Sum(sizes => sizes.Key.BytesOf(sizes.Max(size => size.Count)));

    /// <summary>Gives back the memory of batches.</summary>
    public void ReleaseMemory()
    {
        ForgetViews();
        foreach ((Buffer buffer, _) in Sizes(new BatchShape(1, 1), training: true))
            buffer.Release();
    }

    /// <summary>Encodes a batch; what the last layer leaves is in the returned memory.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="training">Whether a backward pass follows.</param>
    public BoundaryMemory Forward(FusedInput input, bool training) => Forward(input, training, _layers.Length);

    /// <summary>Backward pass from the gradient of the encoder's result, which is in <see cref="SharedMemory.InputGradient"/>.</summary>
    /// <param name="trainedFrom">The lowest <see cref="ParameterSlot.Depth"/> whose gradients are needed.</param>
    public void BackwardFromInputGradient(int trainedFrom = 0)
    {
        using IDisposable frozen = no_grad();
        FusedInput input = _input ?? throw new InvalidOperationException("There is no batch to go back through.");
        LayerViews[] views = Views(input.Shape, training: true);
        // Pre-LN's first norm of a layer gets its gradient in the pass of the layer below.
        int reach = _config.NormPlacement == NormPlacement.PreLayerNorm ? 2 : 1, lowest = Math.Max(0, trainedFrom - reach);
        for (int layer = _passed - 1; layer >= lowest; layer--)
            _layers[layer].Backward(Pass(layer, training: true), _memory[layer], views[layer], streamHasGradient: layer < _layers.Length - 1);
        if (trainedFrom < reach)
            _embedding.Backward(input, _boundaries[0], Type);
    }

    public void Dispose()
    {
        _input?.Dispose();
        _result?.Dispose();
        _firstStream?.Dispose();
        _upload?.Dispose();
        foreach (IDisposable part in (IDisposable[])[.. _views.Values.SelectMany(views => views), .. _layers, .. _memory, .. _boundaries, _shared, _parameters])
            part.Dispose();
    }

    // The first layers.
    private BoundaryMemory Forward(FusedInput input, bool training, int layers)
    {
        using IDisposable frozen = no_grad();
        _input?.Dispose();
        _firstStream?.Dispose();
        (_input, _passed, _firstStream) = (input, layers, null);
        _parameters.Refresh();
        Reserve(_input.Shape, training);
        LayerViews[] views = Views(_input.Shape, training);
        _embedding.Forward(_input, _boundaries[0], Type);
        for (int layer = 0; layer < layers; layer++)
            _layers[layer].Forward(Pass(layer, training), Memory(layer, training), views[layer]);
        return Boundary(layers, training);
    }

    // What was encoded as a tensor, (B, S, H): in training one where the backward pass starts.
    private Tensor Result(BoundaryMemory encoded, bool training)
    {
        using Tensor normed_BSH = encoded.Normed.View(_input!.Shape.Batch, _input.Shape.Length, _config.HiddenSize);
        Tensor hidden_BSH = (Type == ElementType.Float32 ? normed_BSH.clone() : normed_BSH.to(float32)).detach();
        if (!training)
            return hidden_BSH;
        _result?.Dispose();
        return _result = Leaf(hidden_BSH);
    }

    // Lives until the next batch.
    private static Tensor Leaf(Tensor values) => values.alias().detach().requires_grad_(true).DetachFromDisposeScope();

    // The residual stream of the first tokens has a gradient of its own, that of the others none.
    private void SpreadFirstStream()
    {
        using IDisposable frozen = no_grad();
        using var scope = NewDisposeScope();
        using Tensor stream_BSH = _shared.Stream.View(_input!.Shape.Batch, _input.Shape.Length, _config.HiddenSize);
        stream_BSH.zero_();
        stream_BSH.narrow(1, 0, 1).copy_(_firstStream!.grad!);
    }

    // What a layer adds to.
    private Buffer Stream(int layer, bool training) => _config.NormPlacement == NormPlacement.PreLayerNorm ? Boundary(layer, training).Sum : _shared.OuterStream;

    // Without a backward pass, all layers use the same memory.
    private LayerMemory Memory(int layer, bool training) => _memory[training ? layer : 0];

    private BoundaryMemory Boundary(int index, bool training) => _boundaries[training ? index : index % Math.Min(2, _boundaries.Length)];

    private LayerPass Pass(int layer, bool training)
    {
        bool preLayerNorm = _config.NormPlacement == NormPlacement.PreLayerNorm;
        FusedInput input = _input!;
        return new LayerPass
        {
            Block = input.Block(_config),
            Attention = Attention(input.Shape),
            FusesAttention = FusesAttention(input.Shape),
            Lengths = input.Lengths,
            Masks = input.Masks,
            Residual = Stream(layer, training).Address,
            MiddleStream = preLayerNorm ? 0 : _shared.InnerStream.Address,
            NextStream = preLayerNorm ? 0 : _shared.OuterStream.Address,
            Next = Boundary(layer + 1, training),
            MiddleNorm = _norms.Middle(layer).Values,
            MiddleNormGradient = _norms.Middle(layer).Gradients,
            NextNorm = _norms.Next(layer).Values,
            NextNormGradient = _norms.Next(layer).Gradients,
        };
    }

    private AttentionShape Attention(BatchShape shape) => new(shape.Batch, _config.Heads, shape.Length, _config.HeadSize);

    private bool FusesAttention(BatchShape shape) => _kernels.FusesAttention(Type, Attention(shape));

    private void Reserve(BatchShape shape, bool training)
    {
        if (_views.Count > MostShapes)
            ForgetViews();
        Buffer.RequireAll(Sizes(shape, training), ForgetViews);
    }

    private IEnumerable<(Buffer Buffer, long Count)> Sizes(BatchShape shape, bool training) => _shared.Sizes(_config, shape, FusesAttention(shape), training)
        .Concat(_memory.Take(training ? _memory.Length : 1).SelectMany(memory => memory.Sizes(_config, shape, FusesAttention(shape))))
        .Concat(_boundaries.Take(training ? _boundaries.Length : 2).SelectMany(boundary => boundary.Sizes(_config, shape)));

    private LayerViews[] Views(BatchShape shape, bool training)
    {
        if (!_views.TryGetValue((shape, training), out LayerViews[]? views))
        {
            views = [.. Enumerable.Range(0, _layers.Length).Select(layer => new LayerViews(_config, shape, Memory(layer, training), Boundary(layer, training).Normed, _shared, FusesAttention(shape), training))];
            _views.Add((shape, training), views);
        }

        return views;
    }

    private void ForgetViews()
    {
        foreach (LayerViews view in _views.Values.SelectMany(views => views))
            view.Dispose();
        _views.Clear();
    }
}
