using System.Reflection;
using AcademicBert.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(ModelPartLoader), null, typeof(SignatureLoadModel), "Batch transformer", ModelPartLoader.Signature)]

namespace AcademicBert.ML.Hosting;

/// <summary>The one loader ML.NET knows of; it hands over to the factory that the model's part names.</summary>
internal static class ModelPartLoader
{
    public const string Signature = "AcademicBertPart";

    /// <summary>
    /// The header's version. The assembly is named without version, so that models of newer builds load in older ones
    /// as long as the format allows it.
    /// </summary>
    public static VersionInfo Version { get; } = new(
        modelSignature: "ACADBERT", verWrittenCur: 0x00010001, verReadableCur: 0x00010001, verWeCanReadBack: 0x00010001,
        loaderSignature: Signature, loaderAssemblyName: typeof(ModelPartLoader).Assembly.GetName().Name);

    // Found by name: the method every loadable class of ML.NET has.
    private static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        RequireVersion(context);
        ArchiveCheck.RefuseBombs(context);
        string assembly = context.LoadNonEmptyString(), part = context.LoadNonEmptyString();
        return Load(environment, Factory(assembly, part), new ModelReader(context, part));
    }

    /// <summary>Loads a part. What it holds and cannot be is damage, as in any file.</summary>
    internal static ITransformer Load(IHostEnvironment environment, IModelPartFactory factory, ModelReader reader)
    {
        try
        {
            return factory.Load(environment, reader);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidDataException($"The model's part '{reader.Part}' cannot be loaded: {wrong.Message}", wrong);
        }
    }

    private static void RequireVersion(ModelLoadContext context)
    {
        try
        {
            context.CheckAtModel(Version);
        }
        catch (FormatException newer) when (context.Header.ModelVerReadable > Version.VerWrittenCur)
        {
            throw new InvalidDataException(
                $"The model was written by a newer AcademicBert: its format is version {Text(context.Header.ModelVerReadable)}, this one reads up to {Text(Version.VerWrittenCur)}. Update the package in the program that loads it.", newer);
        }

        static string Text(uint version) => $"{version >> 16}.{version & 0xFFFF}";
    }

    private static IModelPartFactory Factory(string assemblyName, string partName)
    {
        Assembly assembly;
        try
        {
            assembly = Assembly.Load(new AssemblyName(assemblyName));
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw new InvalidDataException($"The model needs the assembly '{assemblyName}'; reference it in the program that loads the model.", exception);
        }

        ModelPartAttribute part = assembly.GetCustomAttributes<ModelPartAttribute>().FirstOrDefault(part => part.Name == partName)
            ?? throw new InvalidDataException($"The model has a part '{partName}' that {assembly.GetName()} does not know; a newer version may.");
        return (IModelPartFactory)Activator.CreateInstance(part.Factory)!;
    }
}
