namespace Meshlift.Yaml;

/// <summary>A text that is not YAML, or not YAML that Kubernetes accepts, with the place of the first thing that is wrong.</summary>
/// <param name="message">What is wrong, without the place.</param>
/// <param name="position">Where.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="cause">The parser's own failure, if it was one.</param>
public sealed class YamlSyntaxException(string message, SourcePosition position, string remedy, Exception? cause = null) : FormatException(message, cause)
{
    /// <summary>Where.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
