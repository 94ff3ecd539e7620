namespace AcademicBert.Benchmarks.Cluster;

/// <summary>What a cluster of GPUs is made of; the defaults are a node of eight H200 with a 400 Gbit/s card each. Nothing of it is measured here.</summary>
internal sealed record ClusterModel
{
    /// <summary>Parameters of the model: BERT-large.</summary>
    public double Parameters { get; init; } = 335e6;

    /// <summary>Seconds that a GPU computes for a sample of 128 tokens: 115 ms for 256 of them.</summary>
    public double SampleSeconds { get; init; } = 0.115 / 256;

    /// <summary>Samples of a step.</summary>
    public int GlobalBatch { get; init; } = 4096;

    /// <summary>Bytes a gradient has on its way: bf16.</summary>
    public double GradientBytes { get; init; } = 2;

    /// <summary>Bytes a second that a collective moves through a GPU within a node.</summary>
    public double NodeBytesPerSecond { get; init; } = 350e9;

    /// <summary>Bytes a second that a collective moves through a GPU's network card.</summary>
    public double CardBytesPerSecond { get; init; } = 40e9;

    /// <summary>Seconds that a collective needs to pass a node of eight GPUs and the network behind it.</summary>
    public double NodeLatency { get; init; } = 20e-6;

    /// <summary>Bytes a second of a GPU's memory; an update moves 28 bytes a parameter.</summary>
    public double MemoryBytesPerSecond { get; init; } = 4e12;

    /// <summary>Megabytes of fp32 gradients that travel at once, at least one for each rank, as in training.</summary>
    public double ChunkMegabytes { get; init; } = 16;

    /// <summary>Seconds of a step.</summary>
    public (double Compute, double Exchange, double Update) Step(int nodes, int gpusOfANode)
    {
        const double Mega = 1 << 20, BytesOfAnUpdate = 28;
        int ranks = nodes * gpusOfANode;
        double compute = Math.Ceiling((double)GlobalBatch / ranks) * SampleSeconds;
        // A reduce-scatter and an all-gather, each of which moves all but a rank's own part through every link of the ring.
        double bytes = 2 * Parameters * GradientBytes * (ranks - 1) / ranks;
        double rate = nodes > 1 ? Math.Min(NodeBytesPerSecond, CardBytesPerSecond * gpusOfANode) : NodeBytesPerSecond;
        double chunks = Math.Ceiling(Parameters * sizeof(float) / (Math.Max(ChunkMegabytes, ranks) * Mega));
        double exchange = ranks == 1 ? 0 : bytes / rate + 2 * chunks * NodeLatency * nodes * gpusOfANode / 8;
        return (compute, exchange, Parameters * BytesOfAnUpdate / MemoryBytesPerSecond);
    }
}
