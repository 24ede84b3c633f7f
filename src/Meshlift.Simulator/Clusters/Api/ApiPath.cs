using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>What a path of the Kubernetes API names.</summary>
/// <param name="Type">The type.</param>
/// <param name="Namespace">The namespace; empty for objects of the cluster and for all namespaces.</param>
/// <param name="Name">The object; empty for the collection.</param>
/// <param name="Subresource">Such as status; empty for the object itself.</param>
internal sealed record ApiPath(ResourceType Type, string Namespace, string Name, string Subresource)
{
    /// <summary>Takes a path apart.</summary>
    /// <param name="segments">The segments behind the address of the cluster, such as api, v1, namespaces, default, pods.</param>
    /// <param name="catalog">What is served.</param>
    /// <exception cref="ApiException">404: nothing is there.</exception>
    public static ApiPath Parse(string[] segments, ApiCatalog catalog)
    {
        var (group, version, rest) = segments switch
        {
            ["api", var core, .. var tail] => ("", core, tail),
            ["apis", var name, var number, .. var tail] => (name, number, tail),
            _ => throw ApiErrors.NoSuchPath(),
        };
        var @namespace = "";
        // A namespace is an object too: /namespaces/a and /namespaces/a/status name it, /namespaces/a/pods what is in it.
        if (rest is ["namespaces", var inside, var resource, ..] && !(group.Length == 0 && resource is "status" or "finalize"))
        {
            @namespace = inside;
            rest = rest[2..];
        }
        if (rest.Length is 0 or > 3 || catalog.Find(group, version, rest[0]) is not { } type) throw ApiErrors.NoSuchPath();
        if (@namespace.Length > 0 && !type.IsNamespaced) throw ApiErrors.NoSuchPath();
        var path = new ApiPath(type, @namespace, rest.Length > 1 ? rest[1] : "", rest.Length > 2 ? rest[2] : "");
        if (path.Name.Length > 0 && type.IsNamespaced && @namespace.Length == 0) throw ApiErrors.NoSuchPath();
        return path.Subresource.Length == 0 || Subresources.Of(type).Contains(path.Subresource, StringComparer.Ordinal) ? path : throw ApiErrors.NoSuchPath();
    }
}

/// <summary>The sub-resources of types.</summary>
internal static class Subresources
{
    /// <summary>Their names.</summary>
    public static IEnumerable<string> Of(ResourceType type)
    {
        if (type.HasStatus) yield return "status";
        if (type.Scale is not null) yield return "scale";
        if (type.Key is { Group: "", Plural: "pods" })
        {
            yield return "binding";
            yield return "ephemeralcontainers";
            yield return "eviction";
            yield return "log";
        }
        if (type.Key is { Group: "", Plural: "namespaces" }) yield return "finalize";
    }

    /// <summary>What may be done with one.</summary>
    public static string[] Verbs(string subresource) => subresource switch
    {
        "binding" or "eviction" => ["create"],
        "log" => ["get"],
        "finalize" => ["update"],
        _ => ["get", "patch", "update"],
    };
}
