namespace AcademicBert.Quickstart.Documentation;

/// <summary>A type or a member of a type, with what its documentation says.</summary>
/// <param name="Name">Its own name, without type and parameters: "TryGetValue".</param>
/// <param name="Type">Full name of its outermost type.</param>
/// <param name="Namespace">Namespace of that type.</param>
/// <param name="Summary">The summary with all references and code taken out.</param>
/// <param name="Passages">Summary, parameters, returns and remarks as prose, references spoken out.</param>
/// <param name="Returns">What it gives back, as prose; empty where nothing is said.</param>
/// <param name="Exceptions">When it fails, a sentence for each kind of failure.</param>
internal sealed record DocumentedMember(string Name, string Type, string Namespace, string Summary, IReadOnlyList<string> Passages, string Returns, IReadOnlyList<string> Exceptions)
{
    /// <summary>The first two words of the namespace ("System.Collections"); the whole where it has but one.</summary>
    public string Family => string.Join('.', Namespace.Split('.').Take(2));
}
