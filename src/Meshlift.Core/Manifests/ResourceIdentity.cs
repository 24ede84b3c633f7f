namespace Meshlift.Core.Manifests;

/// <summary>What makes two documents the same Kubernetes object: API group, kind, namespace and name. The API version is not part of it.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Kind">The kind, as written.</param>
/// <param name="Namespace">The namespace; empty when the document names none, as for every cluster-scoped object.</param>
/// <param name="Name">The name.</param>
public sealed record ResourceIdentity(string Group, string Kind, string Namespace, string Name) : IComparable<ResourceIdentity>
{
    /// <summary>The group of an <c>apiVersion</c>: <c>apps</c> of <c>apps/v1</c>, empty of <c>v1</c>.</summary>
    public static string GroupOf(string apiVersion)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : apiVersion[..slash];
    }

    /// <summary>Ordinal order by group, kind, namespace, name; the same on every machine.</summary>
    public int CompareTo(ResourceIdentity? other)
    {
        if (other is null) return 1;
        var order = string.CompareOrdinal(Group, other.Group);
        if (order == 0) order = string.CompareOrdinal(Kind, other.Kind);
        if (order == 0) order = string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>For people: <c>Deployment istio-system/istiod</c>; the group is named where the kind alone is ambiguous.</summary>
    public override string ToString() =>
        $"{(GeneratedPath.IsBuiltIn(Group) ? Kind : $"{Kind}.{Group}")} {(Namespace.Length == 0 ? Name : $"{Namespace}/{Name}")}";
}
