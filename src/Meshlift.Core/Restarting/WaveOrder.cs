using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Restarting;

/// <summary>Which namespaces belong to which wave.</summary>
/// <param name="waves">The waves, in order.</param>
public sealed class WaveOrder(ImmutableArray<WaveSpec> waves)
{
    /// <summary>The names of the waves, in order.</summary>
    public ImmutableArray<string> Names { get; } = [.. waves.Select(wave => wave.Name)];

    /// <summary>The place of the wave that takes a namespace: the first that chooses it; null when none does.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="labels">Its labels.</param>
    public int? Of(string name, Labels labels)
    {
        for (var i = 0; i < waves.Length; i++)
        {
            var wave = waves[i];
            if (wave.TakesRest || wave.Namespaces?.Matches(name, key => labels[key]) == true || (wave.Percent is { } percent && Share(name) < percent)) return i;
        }
        return null;
    }

    /// <summary>The place of a name among 100 shares: the same for ever, so that a larger percentage only adds.</summary>
    private static int Share(string name) => (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % 100);
}
