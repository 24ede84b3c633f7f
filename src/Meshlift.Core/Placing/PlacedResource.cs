using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Placing;

/// <summary>A resource with its class.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Class">Its class.</param>
public sealed record PlacedResource(Resource Resource, Classification Class)
{
    /// <summary>Its path below <c>generated/</c>, <c>standby/</c>, <c>common/</c> or <c>active/</c>.</summary>
    public string Path { get; } = GeneratedPath.Of(Resource.Identity);
}
