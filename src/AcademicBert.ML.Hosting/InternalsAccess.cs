using System.Runtime.CompilerServices;

// This assembly is compiled against ML.NET's internals: its extension points are internal (dotnet/machinelearning#3243, #4911).
// The runtime honours the attribute by name; an internal that moves breaks this build, not a user's run.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

namespace System.Runtime.CompilerServices
{
    /// <summary>Lets this assembly use the internals of another.</summary>
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        /// <summary>Simple name of the other assembly.</summary>
        public string AssemblyName { get; } = assemblyName;
    }
}
