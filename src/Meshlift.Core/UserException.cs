namespace Meshlift.Core;

/// <summary>Whose move it is when something fails; decides the exit code (2, 3 or 4).</summary>
public enum ErrorKind
{
    /// <summary>What the user wrote: arguments, configuration, manifests, patches. Exit code 2.</summary>
    Input,
    /// <summary>What surrounds the program: files, network, Git, a missing program. Exit code 3.</summary>
    Environment,
    /// <summary>A rule or a gate says no. Exit code 4.</summary>
    Refused,
}

/// <summary>A failure the user can act on: what happened and where, then what to do. Anything else that surfaces is a bug.</summary>
/// <param name="kind">Whose move it is.</param>
/// <param name="message">What happened and where, in one sentence or one line per problem; no trailing period.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="cause">The failure underneath, if any.</param>
public sealed class UserException(ErrorKind kind, string message, string remedy, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whose move it is.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>What to do next.</summary>
    public string Remedy { get; } = remedy;
}
