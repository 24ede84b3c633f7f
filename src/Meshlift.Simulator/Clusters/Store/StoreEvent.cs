using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Store;

/// <summary>One change of one object.</summary>
/// <param name="Key">The resource.</param>
/// <param name="Version">The resourceVersion that the change made.</param>
/// <param name="Before">The object as it was; null when it was created.</param>
/// <param name="After">The object as it is; null when it was deleted.</param>
public sealed record StoreEvent(ResourceKey Key, long Version, StoredObject? Before, StoredObject? After)
{
    /// <summary>The object after the change, or the last state of a deleted one, with the version of its deletion.</summary>
    public StoredObject Object => After ?? Last ?? Before!;

    internal StoredObject? Last { get; init; }
}
