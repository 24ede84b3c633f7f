using System.Globalization;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Checks;

/// <summary>A resource as the index of all resources needs it.</summary>
/// <param name="Identity">What it is.</param>
/// <param name="GatewayRevision">The revision that the pods of a gateway ask for; null for everything else.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
public readonly record struct IndexedResource(ResourceIdentity Identity, string? GatewayRevision, int Line, int Column)
{
    /// <summary>The resource at a place.</summary>
    public static IndexedResource Of(Resource resource) => new(
        resource.Identity, resource.Identity.Kind == "Deployment" ? PodTemplate.Of(resource)?.Label("istio.io/rev") : null,
        resource.Root.Span?.Start.Line ?? 1, resource.Root.Span?.Start.Column ?? 1);
}

/// <summary>Finds resources that stand twice. Grows with the number of resources, not with their size.</summary>
public sealed class ResourceIndex
{
    private readonly Dictionary<(string Together, ResourceIdentity Identity), (string File, IndexedResource Resource)> _first = [];

    /// <summary>Adds a resource.</summary>
    /// <param name="together">What names the files that are applied together with it: a cluster's folder, or its own folder.</param>
    /// <param name="file">Its file.</param>
    /// <param name="resource">The resource.</param>
    /// <returns>A finding when the same stands already; else null.</returns>
    public CheckFinding? Add(string together, string file, IndexedResource resource)
    {
        if (_first.TryAdd((together, resource.Identity), (file, resource))) return null;
        var (otherFile, other) = _first[(together, resource.Identity)];
        var place = string.Create(CultureInfo.InvariantCulture, $"{otherFile}:{other.Line}:{other.Column}");
        var (rule, message, remedy) = resource.GatewayRevision is { } mine && other.GatewayRevision is { } its && mine != its
            ? (RuleCatalog.GatewayOwners, $"the gateway belongs to revision {mine} here and to {its} at {place}: the one that is applied last wins", "keep it in one of the two, or give each revision a gateway of its own name")
            : (RuleCatalog.Duplicates, $"the resource stands here and at {place}: the one that is applied last wins", "remove one of the two");
        return new CheckFinding(rule, file, resource.Line, resource.Column, resource.Identity.ToString(), "", message, remedy);
    }
}
