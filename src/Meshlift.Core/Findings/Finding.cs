namespace Meshlift.Core.Findings;

/// <summary>How much a finding weighs.</summary>
public enum Severity
{
    /// <summary>Good to know; nothing to do.</summary>
    Note,
    /// <summary>Probably not what was meant; the work went on.</summary>
    Warning,
    /// <summary>Wrong; what it concerns was not done.</summary>
    Error,
}

/// <summary>Something that a person should know about what was done. Every code has a paragraph in docs/findings.md.</summary>
/// <param name="Code">Stable, for suppressing and searching: <c>ML1002</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What, in one sentence without a period.</param>
/// <param name="Subject">The resource, file or setting it is about.</param>
public sealed record Finding(string Code, Severity Severity, string Message, string Subject);
