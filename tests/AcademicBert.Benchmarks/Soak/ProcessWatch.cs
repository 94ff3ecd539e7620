using System.Diagnostics;
using System.Text.Json;

namespace AcademicBert.Benchmarks.Soak;

/// <summary>Samples the process while work goes on, every few seconds or whenever it says, into a file of a JSON object a line.</summary>
internal sealed class ProcessWatch : IDisposable
{
    /// <summary>A second between two looks at the clock that took longer than this was one in which the process did not run.</summary>
    private static readonly TimeSpan s_stopped = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly ManualResetEventSlim _end = new();
    private readonly List<ProcessSample> _samples = [];
    private readonly StreamWriter _file;
    private readonly TimeSpan _interval;
    private readonly Thread _thread;
    private long _done;

    /// <param name="path">The file, written anew.</param>
    /// <param name="interval">Time between two samples; infinite: they are taken by <see cref="Sample"/> only.</param>
    public ProcessWatch(string path, TimeSpan interval)
    {
        _interval = interval;
        _file = new StreamWriter(path) { AutoFlush = true };
        _thread = new Thread(Watch) { IsBackground = true, Name = "soak watch" };
        _thread.Start();
    }

    /// <summary>Time in which the process did not run, as when it is stopped by a signal.</summary>
    public TimeSpan Stopped { get; private set; }

    /// <summary>Work that is done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Counts work that is done; from any thread.</summary>
    public void Count(long done = 1) => Interlocked.Add(ref _done, done);

    /// <summary>Takes a sample.</summary>
    public void Sample()
    {
        var sample = ProcessSample.Take(_watch.Elapsed.TotalSeconds, Done);
        _samples.Add(sample);
        _file.WriteLine(JsonSerializer.Serialize(sample, s_json));
    }

    /// <summary>Ends watching, and gives all samples.</summary>
    public IReadOnlyList<ProcessSample> End()
    {
        _end.Set();
        _thread.Join();
        return _samples;
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _file.Dispose();
        _end.Dispose();
    }

    private void Watch()
    {
        TimeSpan before = _watch.Elapsed, sampled = before;
        while (!_end.Wait(TimeSpan.FromSeconds(1)))
        {
            TimeSpan now = _watch.Elapsed;
            if (now - before > s_stopped)
                Stopped += now - before;
            before = now;
            if (_interval == Timeout.InfiniteTimeSpan || now - sampled < _interval)
                continue;
            sampled = now;
            Sample();
        }
    }
}
