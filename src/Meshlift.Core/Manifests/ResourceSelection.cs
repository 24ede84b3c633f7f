using Meshlift.Core.Configuration;

namespace Meshlift.Core.Manifests;

/// <summary>Selectors of the configuration, applied to resources.</summary>
public static class ResourceSelection
{
    /// <summary>True when the selector means this resource.</summary>
    public static bool Matches(this ResourceSelector selector, Resource resource) => selector.Matches(
        resource.Identity.Group,
        resource.Identity.Kind,
        resource.Identity.Name,
        resource.Identity.Namespace.Length == 0 ? null : resource.Identity.Namespace,
        resource.Label);
}
