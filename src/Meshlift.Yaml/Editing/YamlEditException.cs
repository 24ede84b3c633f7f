namespace Meshlift.Yaml.Editing;

/// <summary>A change that was not made: its path does not fit the document, or the text cannot be changed there without touching something else.</summary>
/// <param name="message">Which change, and why not; without the place.</param>
/// <param name="path">The path of the change.</param>
/// <param name="position">The place in the text that stands in the way.</param>
/// <param name="remedy">The edit to make by hand.</param>
public sealed class YamlEditException(string message, YamlPath path, SourcePosition position, string remedy) : Exception(message)
{
    /// <summary>The path of the change.</summary>
    public YamlPath Path { get; } = path;

    /// <summary>The place in the text that stands in the way.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>The edit to make by hand.</summary>
    public string Remedy { get; } = remedy;

    internal static YamlEditException Because(string reason, YamlChange change, SourcePosition? position) =>
        new($"{change.Path} cannot be changed: {reason}", change.Path, position ?? new SourcePosition(0, 1, 1), $"{change.Instruction} by hand");
}
