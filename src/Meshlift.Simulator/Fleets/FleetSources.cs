using Meshlift.Core.Simulating;
using Meshlift.Simulator.GitOps;

namespace Meshlift.Simulator.Fleets;

/// <summary>Where a fleet gets what its file only names.</summary>
/// <param name="Manifests">The files at a path of the fleet file, with what messages call them.</param>
/// <param name="Git">Reads a branch of a repository.</param>
public sealed record FleetSources(Func<string, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)>> Manifests, Func<GitDeliverySpec, GitReader> Git);
