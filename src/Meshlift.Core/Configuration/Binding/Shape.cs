using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>A kind of value of the file, declared once: how it is read, and how it is described.</summary>
/// <typeparam name="T">What it becomes.</typeparam>
internal abstract class Shape<T>
{
    /// <summary>Reads a value.</summary>
    /// <param name="node">The value as YAML.</param>
    /// <param name="path">What the user calls the place, such as <c>spec.istio.versions</c>; empty for the whole file.</param>
    /// <param name="reading">Takes what is wrong with it.</param>
    /// <returns>The value; meaningless, and possibly null, when a problem was reported.</returns>
    public abstract T Read(YamlNode node, string path, Reading reading);

    /// <summary>Describes every value that <see cref="Read"/> accepts.</summary>
    public abstract Description Describe();

    /// <summary>What a value of the wrong type is called in a message.</summary>
    protected static string Kind(YamlNode node) => node switch
    {
        YamlMapping => "a mapping",
        YamlSequence => "a list",
        YamlScalar { Kind: ScalarKind.Null } => "nothing",
        YamlScalar scalar => Quoted.Text(scalar.Value),
        _ => "something else",
    };

    /// <summary>The name with its article.</summary>
    protected static string Article(string name) => "aeioAEIO".Contains(name[0], StringComparison.Ordinal) ? $"an {name}" : $"a {name}";
}
