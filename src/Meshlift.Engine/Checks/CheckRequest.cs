using System.Collections.Immutable;
using Meshlift.Core.Schemas;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Checks;

/// <summary>What is to be checked.</summary>
/// <param name="Paths">Files and folders, as the user names them; empty for the folders of all clusters.</param>
/// <param name="Mesh">The configuration; null when there is none, and then <paramref name="Paths"/> is not empty.</param>
/// <param name="Kubernetes">The schemas of Kubernetes' own types; empty when none were given.</param>
/// <param name="Baseline">Findings that were there before and are not told again; null when there is no baseline.</param>
public sealed record CheckRequest(ImmutableArray<string> Paths, MeshFolder? Mesh, ImmutableArray<TypeSchema> Kubernetes, CheckBaseline? Baseline);
