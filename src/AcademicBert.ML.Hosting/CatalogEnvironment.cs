using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace AcademicBert.ML.Hosting;

/// <summary>The environment behind ML.NET's catalogs, for extension methods that make estimators.</summary>
public static class CatalogEnvironment
{
    /// <summary>The environment of <c>mlContext.Transforms.Text</c>.</summary>
    public static IHostEnvironment GetHostEnvironment(this TransformsCatalog.TextTransforms catalog) => CatalogUtils.GetEnvironment(catalog);

    /// <summary>The environment of <c>mlContext.MulticlassClassification.Trainers</c> and its siblings.</summary>
    public static IHostEnvironment GetHostEnvironment(this TrainCatalogBase.CatalogInstantiatorBase catalog) => CatalogUtils.GetEnvironment(catalog);

    /// <summary>The seed of the <see cref="MLContext"/> behind an environment; null if it has none.</summary>
    public static int? GetSeed(this IHostEnvironment environment) => (environment as IHostEnvironmentInternal)?.Seed;

    /// <summary>Refuses a GPU that was asked for by <see cref="MLContext.GpuDeviceId"/> and without <see cref="MLContext.FallbackToCpu"/>.</summary>
    /// <exception cref="NotSupportedException">There is one; the message says what to set.</exception>
    public static void RequireCpu(this IHostEnvironment environment)
    {
        if (environment is IHostEnvironmentInternal { GpuDeviceId: { } gpu, FallbackToCpu: false })
            throw new NotSupportedException($"{nameof(MLContext)}.{nameof(MLContext.GpuDeviceId)} is {gpu}, but fine-tuning runs on the CPU: set {nameof(MLContext.FallbackToCpu)}, or leave {nameof(MLContext.GpuDeviceId)} null.");
    }

    /// <summary>The folder for temporary files of the <see cref="MLContext"/> behind an environment; the system's by default.</summary>
    public static string GetTemporaryFolder(this IHostEnvironment environment) =>
        (environment as IHostEnvironmentInternal)?.TempFilePath is { Length: > 0 } folder ? folder : Path.GetTempPath();
}
