using System.Collections.Immutable;

namespace Meshlift.Adapters.Processes;

/// <summary>One run of a program: what it is given, and what it may take.</summary>
/// <param name="Folder">The working directory; it exists.</param>
/// <param name="Arguments">The arguments, each passed as it is; no shell reads them.</param>
public sealed record ProgramCall(string Folder, ImmutableArray<string> Arguments)
{
    /// <summary>What messages show as the arguments; null: all of them.</summary>
    public ImmutableArray<string>? Shown { get; init; }

    /// <summary>Environment variables beyond the few that every program gets; they win over those.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What the program reads from its standard input; empty: it reads the end of file at once.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>How long the program may run.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many bytes it may write to its standard output.</summary>
    public int LargestOutput { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many bytes it may write to its standard error.</summary>
    public int LargestErrorOutput { get; init; } = 4 * 1024 * 1024;
}
