using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Enrolment;

/// <summary>Which wave moves what.</summary>
public static class Waves
{
    /// <summary>The wave of a namespace: the first that takes it; null when none does.</summary>
    /// <param name="waves">The waves, in order.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="labels">Its labels.</param>
    public static WaveSpec? Of(ImmutableArray<WaveSpec> waves, string name, Labels labels) => Of(waves, name, labels, name);

    /// <summary>The wave of a workload under the strategy <c>distribution</c>: shares are shares of workloads; null when none takes it.</summary>
    /// <param name="waves">The waves, in order.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="labels">The labels of the namespace.</param>
    /// <param name="workload">Its kind and name.</param>
    public static WaveSpec? OfWorkload(ImmutableArray<WaveSpec> waves, string name, Labels labels, string workload) => Of(waves, name, labels, $"{name}/{workload}");

    /// <summary>Where a key falls, from 0 to below 100. A function of the key alone: a larger share has all that a smaller one has, and what comes or goes moves nothing else.</summary>
    public static double PlaceOf(string key) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) / 4294967296.0 * 100;

    private static WaveSpec? Of(ImmutableArray<WaveSpec> waves, string name, Labels labels, string key)
    {
        foreach (var wave in waves)
            if (wave.TakesRest || wave.Namespaces?.Matches(name, label => labels[label]) == true || wave.Percent is { } share && PlaceOf(key) < share)
                return wave;
        return null;
    }
}
