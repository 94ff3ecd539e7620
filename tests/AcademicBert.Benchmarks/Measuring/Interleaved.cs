using System.Diagnostics;

namespace AcademicBert.Benchmarks.Measuring;

/// <summary>Times several pieces of work in turn, round after round, so that a busy moment of the machine hits all of them alike.</summary>
internal static class Interleaved
{
    /// <summary>Median seconds of each piece of work, after one round that is not counted.</summary>
    /// <param name="rounds">Counted rounds.</param>
    /// <param name="work">The pieces.</param>
    public static double[] Medians(int rounds, params Action[] work)
    {
        double[][] seconds = [.. work.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < work.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                work[i]();
                double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (round >= 0)
                    seconds[i][round] = elapsed;
            }
        }

        return [.. seconds.Select(Median)];
    }

    /// <summary>The median.</summary>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
