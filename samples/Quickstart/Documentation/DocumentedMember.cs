namespace AcademicBert.Quickstart.Documentation;

/// <summary>A type or a member of a type, with what its documentation says.</summary>
/// <param name="Name">Its own name, without type and parameters: "TryGetValue".</param>
/// <param name="Type">Full name of its outermost type.</param>
/// <param name="Namespace">Namespace of that type.</param>
/// <param name="Summary">The summary with all references and code taken out.</param>
/// <param name="Passages">Summary, parameters, returns and remarks as prose, references spoken out.</param>
internal sealed record DocumentedMember(string Name, string Type, string Namespace, string Summary, IReadOnlyList<string> Passages)
{
    /// <summary>The first two words of the namespace ("System.Collections"); the whole where it has but one.</summary>
    public string Family => string.Join('.', Namespace.Split('.').Take(2));
}
