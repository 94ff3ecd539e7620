using System.Globalization;

namespace AcademicBert.Distributed.Links;

/// <summary>A rank and where it runs, as messages name it.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Process">Id of its process.</param>
/// <param name="Machine">Name of its machine.</param>
internal sealed record RankIdentity(int Rank, int Process, string Machine)
{
    /// <summary>This process.</summary>
    public static RankIdentity Mine(int rank) => new(rank, Environment.ProcessId, Environment.MachineName);

    /// <summary>Reads what <see cref="ToWire"/> wrote; null if it is something else.</summary>
    public static RankIdentity? Parse(string text) =>
        text.Split(' ', 3) is [var rank, var process, var machine] && Number(rank) is { } number && Number(process) is { } id ? new RankIdentity(number, id, machine) : null;

    /// <summary>One line to send.</summary>
    public string ToWire() => string.Create(CultureInfo.InvariantCulture, $"{Rank} {Process} {Machine}");

    public override string ToString() => $"Rank {Rank} (process {Process} on {Machine})";

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
