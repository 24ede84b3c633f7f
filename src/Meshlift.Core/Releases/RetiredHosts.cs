using Meshlift.Core.Knowledge;

namespace Meshlift.Core.Releases;

/// <summary>The places that Istio leaves, as this build knows them; they stand in <c>versions.json</c>.</summary>
public static class RetiredHosts
{
    /// <inheritdoc cref="RetiredPlaces.Find"/>
    public static RetiredHost? Find(string address) => ReleaseKnowledge.BuiltIn.Hosts.Find(address);
}
