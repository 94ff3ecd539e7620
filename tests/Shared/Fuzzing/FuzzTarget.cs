namespace AcademicBert.Tests.Fuzzing;

/// <summary>A parser of foreign bytes, and what it has promised.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Valid">Inputs it takes: what others are made of.</param>
/// <param name="Read">Lets it read an input; may put files into the folder, which is there already.</param>
/// <param name="IsPastMagic">Whether an input is enough like the format that the parser looks further into it.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Valid, Action<string, byte[]> Read, Func<byte[], bool> IsPastMagic)
{
    /// <summary>Bytes any input may cost, however small: buffers and messages.</summary>
    public long Room { get; init; } = 2 << 20;

    /// <summary>Words that mean something in the format.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Bytes that mean something in the format and are no text.</summary>
    public IReadOnlyList<byte[]> Bytes { get; init; } = [];

    /// <summary>JSON values that mean something in the format.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>JSON names that mean something in the format.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the input is JSON, of which whole values are exchanged.</summary>
    public bool IsJson { get; init; }

    /// <summary>Corrects what would end every changed input at the first check, such as a checksum.</summary>
    public Func<byte[], byte[]> Repair { get; init; } = input => input;

    /// <summary>How many times fewer inputs it gets, because each takes so much longer.</summary>
    public int Slowness { get; init; } = 1;

    /// <summary>The errors it documents.</summary>
    public IReadOnlyList<Type> Refusals { get; init; } = [typeof(InvalidDataException)];

    /// <summary>Most bytes it allocates for one of the input, above <see cref="Room"/>.</summary>
    public int AllocationMultiple { get; init; } = 100;

    /// <summary>A format in JSON; what is an object is past the magic.</summary>
    public static FuzzTarget OfJson(string name, IReadOnlyList<byte[]> valid, Action<string, byte[]> read) => new(name, valid, read, FuzzFiles.IsObject) { IsJson = true };

    /// <summary>The target of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static FuzzTarget Find(IReadOnlyList<FuzzTarget> targets, string name) =>
        targets.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"There is no parser '{name}'. There are: {string.Join(", ", targets)}.", nameof(name));

    public override string ToString() => Name;
}
