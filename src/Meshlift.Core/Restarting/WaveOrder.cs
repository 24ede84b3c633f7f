using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Restarting;

/// <summary>Which namespaces belong to which wave: the same that moved them.</summary>
/// <param name="waves">The waves, in order.</param>
public sealed class WaveOrder(ImmutableArray<WaveSpec> waves)
{
    /// <summary>The names of the waves, in order.</summary>
    public ImmutableArray<string> Names { get; } = [.. waves.Select(wave => wave.Name)];

    /// <summary>The place of the wave that takes a namespace: the first that chooses it; null when none does.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="labels">Its labels.</param>
    public int? Of(string name, Labels labels) => Waves.Of(waves, name, labels) is { } wave ? waves.IndexOf(wave) : null;
}
