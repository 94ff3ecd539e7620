using AcademicBert.Tensors;

namespace AcademicBert.Modeling;

/// <summary>Parameters in and out of safetensors files.</summary>
internal static class ParameterFile
{
    /// <summary>Reads every parameter of a model, under its own name or that of another origin.</summary>
    /// <param name="parameters">Receives the values.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="file">The file.</param>
    /// <param name="optional">Parameters that may be missing and then keep their initial values: those of a new head.</param>
    /// <exception cref="InvalidDataException">A parameter is missing or has another shape; the message names file and tensor.</exception>
    public static void Read(FlatParameters parameters, BertConfig config, SafeTensorsFile file, Func<ParameterSlot, bool>? optional = null)
    {
        var names = new ParameterNames(config);
        foreach (ParameterSlot slot in parameters.Slots)
        {
            string? stored = names.Aliases(slot.Name).FirstOrDefault(file.Contains);
            if (stored is null)
            {
                if (optional?.Invoke(slot) == true)
                    continue;
                throw new InvalidDataException($"'{file.Path}' has no tensor '{slot.Name}', which its configuration asks for.");
            }
            RequireShape(slot, file, stored);
            parameters.Fill(slot, values => file.CopyTo(stored, values));
        }
    }

    private static void RequireShape(ParameterSlot slot, SafeTensorsFile file, string stored)
    {
        long[] shape = file[stored].Shape;
        if (!shape.AsSpan().SequenceEqual(slot.Shape))
            throw new InvalidDataException($"'{file.Path}': tensor '{stored}' has the shape [{string.Join(", ", shape)}], the configuration asks for [{string.Join(", ", slot.Shape)}].");
    }
}
