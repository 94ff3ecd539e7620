namespace AcademicBert.Modeling;

/// <summary>A masked batch as int32 arrays on the host, by address: what the fused engine reads without making a tensor.</summary>
internal readonly record struct HostBatch
{
    /// <summary>B.</summary>
    public required int Rows { get; init; }

    /// <summary>S.</summary>
    public required int Length { get; init; }

    /// <summary>Token ids, (B, S).</summary>
    public required nint Ids { get; init; }

    /// <summary>Real tokens of each row, (B); 0: no row is padded.</summary>
    public required nint Lengths { get; init; }

    /// <summary>row * S + column of each masked token, (N).</summary>
    public required nint Positions { get; init; }

    /// <summary>The original ids there, (N).</summary>
    public required nint Targets { get; init; }

    /// <summary>N.</summary>
    public required int MaskedCount { get; init; }
}
