using System.CommandLine;

namespace Meshlift.CommandLine.Usage;

/// <summary>A command with more to say about itself than fits into the list of commands.</summary>
/// <param name="name">Its name.</param>
/// <param name="summary">One line, for the list of commands and the head of its help.</param>
/// <param name="details">The end of its help: explanations and examples.</param>
internal sealed class DocumentedCommand(string name, string summary, string details) : Command(name, summary)
{
    public string Details { get; } = details;
}
