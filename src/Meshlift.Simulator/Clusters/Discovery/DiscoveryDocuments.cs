using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Discovery;

/// <summary>What an API server says it serves.</summary>
internal static class DiscoveryDocuments
{
    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary><c>/api</c>.</summary>
    public static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    /// <summary><c>/apis</c>.</summary>
    public static JsonObject Groups(ApiCatalog catalog) => new()
    {
        ["kind"] = "APIGroupList", ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Ordered(catalog).Where(group => group.Group.Length > 0).Select(group => Group(group.Group, group.Versions))]),
    };

    /// <summary><c>/apis/GROUP</c>; null when there is no such group.</summary>
    public static JsonObject? Group(ApiCatalog catalog, string name)
    {
        var found = catalog.Groups().FirstOrDefault(group => group.Group == name);
        if (found.Versions is null) return null;
        var json = Group(found.Group, found.Versions);
        (json["kind"], json["apiVersion"]) = ("APIGroup", "v1");
        return json;
    }

    /// <summary><c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>; null when there is no such version.</summary>
    public static JsonObject? Resources(ApiCatalog catalog, string group, string version)
    {
        var types = catalog.Of(group, version).ToList();
        if (types.Count == 0) return null;
        return new JsonObject
        {
            ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = types[0].ApiVersion,
            ["resources"] = new JsonArray([.. types.OrderBy(type => type.Key.Plural, StringComparer.Ordinal).SelectMany(Entries)]),
        };
    }

    /// <summary>All of it in one document, for <c>/api</c> or <c>/apis</c>.</summary>
    public static JsonObject Aggregated(ApiCatalog catalog, bool core, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList", ["apiVersion"] = $"apidiscovery.k8s.io/{version}", ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. Ordered(catalog).Where(group => group.Group.Length == 0 == core).Select(group => new JsonObject
        {
            ["metadata"] = group.Group.Length == 0 ? new JsonObject { ["creationTimestamp"] = null } : new JsonObject { ["name"] = group.Group, ["creationTimestamp"] = null },
            ["versions"] = new JsonArray([.. group.Versions.Select(number => new JsonObject
            {
                ["version"] = number,
                ["resources"] = new JsonArray([.. catalog.Of(group.Group, number).OrderBy(type => type.Key.Plural, StringComparer.Ordinal).Select(Aggregated)]),
                ["freshness"] = "Current",
            })]),
        })]),
    };

    private static IEnumerable<(string Group, IReadOnlyList<string> Versions)> Ordered(ApiCatalog catalog) =>
        catalog.Groups().OrderBy(group => group.Group.Length == 0 ? 0 : catalog.Of(group.Group, group.Versions[0]).First().IsBuiltIn ? 1 : 2).ThenBy(group => group.Group, StringComparer.Ordinal);

    private static JsonObject Group(string name, IReadOnlyList<string> versions)
    {
        JsonObject Version(string number) => new() { ["groupVersion"] = $"{name}/{number}", ["version"] = number };
        return new JsonObject { ["name"] = name, ["versions"] = new JsonArray([.. versions.Select(Version)]), ["preferredVersion"] = Version(versions[0]) };
    }

    private static IEnumerable<JsonObject> Entries(ResourceType type)
    {
        var entry = new JsonObject { ["name"] = type.Key.Plural, ["singularName"] = type.Singular, ["namespaced"] = type.IsNamespaced, ["kind"] = type.Kind, ["verbs"] = Array(Verbs(type)) };
        AddNames(type, entry);
        yield return entry;
        foreach (var subresource in Subresources.Of(type))
        {
            var (group, version, kind) = Body(type, subresource);
            var below = new JsonObject { ["name"] = $"{type.Key.Plural}/{subresource}", ["singularName"] = "", ["namespaced"] = type.IsNamespaced };
            if (kind != type.Kind && group.Length > 0) (below["group"], below["version"]) = (group, version);
            (below["kind"], below["verbs"]) = (kind, Array(Subresources.Verbs(subresource)));
            yield return below;
        }
    }

    private static JsonObject Aggregated(ResourceType type)
    {
        var entry = new JsonObject
        {
            ["resource"] = type.Key.Plural, ["responseKind"] = Kind(type.Key.Group, type.Version, type.Kind), ["scope"] = type.IsNamespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular, ["verbs"] = Array(Verbs(type)),
        };
        AddNames(type, entry);
        var below = Subresources.Of(type).Select(subresource =>
        {
            var (group, version, kind) = Body(type, subresource);
            return (JsonNode)new JsonObject { ["subresource"] = subresource, ["responseKind"] = Kind(group, version, kind), ["verbs"] = Array(Subresources.Verbs(subresource)) };
        }).ToArray();
        if (below.Length > 0) entry["subresources"] = new JsonArray(below);
        return entry;
    }

    private static void AddNames(ResourceType type, JsonObject entry)
    {
        if (type.ShortNames.Length > 0) entry["shortNames"] = Array(type.ShortNames);
        if (type.Categories.Length > 0) entry["categories"] = Array(type.Categories);
    }

    private static string[] Verbs(ResourceType type) => type.IsReview ? ["create"] : AllVerbs;

    private static (string Group, string Version, string Kind) Body(ResourceType type, string subresource) => subresource switch
    {
        "scale" => ("autoscaling", "v1", "Scale"),
        "eviction" => ("policy", "v1", "Eviction"),
        "binding" => ("", "v1", "Binding"),
        _ => (type.Key.Group, type.Version, type.Kind),
    };

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
