using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Access;

/// <summary>May this be done?</summary>
/// <param name="Verb">Such as list.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Subresource">Such as status; empty for the object itself.</param>
/// <param name="Namespace">The namespace; empty for objects of the cluster and for all namespaces.</param>
/// <param name="Name">The object; empty for any.</param>
internal sealed record AccessQuestion(string Verb, ResourceKey Resource, string Subresource, string Namespace, string Name)
{
    public string FullResource => Subresource.Length == 0 ? Resource.Plural : $"{Resource.Plural}/{Subresource}";
}
