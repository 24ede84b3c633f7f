using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Checks.Across;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Checks;

/// <summary>A resource as the index of all resources needs it.</summary>
/// <param name="Identity">What it is.</param>
/// <param name="GatewayRevision">The revision that the pods of a gateway ask for; null for everything else.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
public readonly record struct IndexedResource(ResourceIdentity Identity, string? GatewayRevision, int Line, int Column)
{
    /// <summary>Codes of rules that a comment in the document silences, with the line; default when there is no such comment.</summary>
    public ImmutableArray<(string Code, int Line)> Silenced { get; init; }

    /// <summary>The resource at a place.</summary>
    public static IndexedResource Of(Resource resource) => new(
        resource.Identity, resource.Identity.Kind == "Deployment" ? PodTemplate.Of(resource)?.Label("istio.io/rev") : null,
        resource.Root.Span?.Start.Line ?? 1, resource.Root.Span?.Start.Column ?? 1);
}

/// <summary>Finds resources that stand twice. Grows with the number of resources, not with their size.</summary>
public sealed class ResourceIndex
{
    private readonly Dictionary<(string Together, ResourceIdentity Identity), (FileScope File, IndexedResource Resource)> _first = [];

    /// <summary>Adds a resource.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="resource">The resource.</param>
    /// <returns>A hit when the same stands already; else null.</returns>
    public (RuleInfo Rule, AcrossHit Hit)? Add(FileScope file, IndexedResource resource)
    {
        if (_first.TryAdd((file.Together, resource.Identity), (file, resource))) return null;
        var (otherFile, other) = _first[(file.Together, resource.Identity)];
        var place = string.Create(CultureInfo.InvariantCulture, $"{otherFile.ShownAs}:{other.Line}:{other.Column}");
        var (rule, message, remedy) = resource.GatewayRevision is { } mine && other.GatewayRevision is { } its && mine != its
            ? (RuleCatalog.GatewayOwners, $"the gateway belongs to revision {mine} here and to {its} at {place}: the one that is applied last wins", "keep it in one of the two, or give each revision a gateway of its own name")
            : (RuleCatalog.Duplicates, $"the resource stands here and at {place}: the one that is applied last wins", "remove one of the two");
        return (rule, AcrossHit.Of(rule, file, resource, "", message, remedy));
    }
}
