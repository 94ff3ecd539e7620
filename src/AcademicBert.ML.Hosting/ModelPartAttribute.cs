using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AcademicBert.ML.Hosting;

/// <summary>
/// Declares, on an assembly, a transformer that can be saved and how it is loaded. The name and the assembly's simple name stand in the
/// model file, so <c>mlContext.Model.Load</c> finds the assembly by itself, in any process, with no registration call.
/// </summary>
/// <param name="name">Name in model files; never change it once a model was saved.</param>
/// <param name="transformer">The transformer's type.</param>
/// <param name="factory">A type with a parameterless constructor that implements <see cref="IModelPartFactory"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ModelPartAttribute(string name, Type transformer, Type factory) : Attribute
{
    /// <summary>Name in model files.</summary>
    public string Name { get; } = name;

    /// <summary>The transformer's type.</summary>
    public Type Transformer { get; } = transformer;

    /// <summary>The factory's type.</summary>
    public Type Factory { get; } = factory;
}

/// <summary>Makes a transformer from a saved model.</summary>
public interface IModelPartFactory
{
    /// <summary>Loads the transformer.</summary>
    /// <param name="environment">The environment that loads it.</param>
    /// <param name="reader">What its <see cref="BatchTransformer"/> wrote.</param>
    ITransformer Load(IHostEnvironment environment, ModelReader reader);
}
