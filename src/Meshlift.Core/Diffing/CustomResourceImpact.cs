using System.Collections.Immutable;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Diffing;

/// <summary>A custom resource that a changed definition would treat otherwise.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Place">Where the value stands, as <c>file:line:column</c>.</param>
/// <param name="Field">The field, such as <c>spec.hosts[0]</c>; empty for the resource as a whole.</param>
/// <param name="IsRejected">True when Kubernetes would refuse it; false when it would drop the field without a word.</param>
/// <param name="Reason">Why; a clause without a full stop.</param>
public sealed record CustomResourceImpact(ResourceIdentity Resource, string Place, string Field, bool IsRejected, string Reason);

/// <summary>A demand of a changed definition that is new, and that nobody looked at.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Version">The version of it.</param>
/// <param name="Field">The field that it is about, <c>*</c> for any item or key; empty for the resource as a whole.</param>
/// <param name="Demand">The demand, such as the text of a CEL rule.</param>
/// <param name="Reason">Why it was not evaluated.</param>
/// <param name="Resources">How many of the resources that were looked at have that field.</param>
public sealed record UnevaluatedDemand(ResourceIdentity Definition, string Version, string Field, string Demand, string Reason, int Resources);

/// <summary>What a difference of definitions means for custom resources that stand.</summary>
/// <param name="Impacts">What would be refused or cut, in the order of the resources.</param>
/// <param name="NotEvaluated">What is demanded in addition, and was not looked at.</param>
/// <param name="LookedAt">How many resources of the changed definitions were held against them.</param>
public sealed record CustomResourceVerdict(ImmutableArray<CustomResourceImpact> Impacts, ImmutableArray<UnevaluatedDemand> NotEvaluated, int LookedAt)
{
    /// <summary>The groups whose definitions changed; resources of no other group can be affected.</summary>
    public static ImmutableHashSet<string> Groups(MeshDifference difference) => [.. ChangedDefinition.Of(difference).Select(definition => definition.Group)];

    /// <summary>Holds resources against the definitions before and after. What was wrong before is no consequence of the difference, and is left out.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="resources">The resources of the repository, of any kind.</param>
    public static CustomResourceVerdict Of(MeshDifference difference, IEnumerable<Resource> resources)
    {
        var definitions = ChangedDefinition.Of(difference).GroupBy(definition => (definition.Group, definition.Kind)).ToDictionary(group => group.Key, group => group.First());
        var impacts = ImmutableArray.CreateBuilder<CustomResourceImpact>();
        var lookedAt = 0;
        foreach (var resource in resources)
        {
            if (!definitions.TryGetValue((resource.Identity.Group, resource.Identity.Kind), out var definition)) continue;
            lookedAt++;
            impacts.AddRange(definition.Judge(resource));
        }
        return new CustomResourceVerdict(impacts.ToImmutable(), [.. definitions.Values.OrderBy(definition => definition.Identity).SelectMany(definition => definition.NotEvaluated())], lookedAt);
    }
}
