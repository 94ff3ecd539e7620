using AcademicBert.Quickstart.Documentation;

namespace AcademicBert.Samples;

/// <summary>The documentation that ships with the .NET SDK.</summary>
internal static class SdkDocumentation
{
    /// <summary>All documented types and members.</summary>
    public static IReadOnlyList<DocumentedMember> Read()
    {
        IReadOnlyList<string> files = DocumentationFiles.Find();
        if (files.Count > 0)
            return DocumentationReader.Read(files);
        Console.Error.WriteLine("The .NET SDK's XML documentation is not installed here (no packs/*.Ref folder). Name data of your own as arguments.");
        Environment.Exit(1);
        return [];
    }
}
