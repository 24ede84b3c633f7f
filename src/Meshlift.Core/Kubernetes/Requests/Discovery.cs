using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>A kind that a server serves.</summary>
/// <param name="Resource">How it is addressed.</param>
/// <param name="Verbs">What can be done with it.</param>
/// <param name="ShortNames">Its short names, such as <c>po</c>.</param>
/// <param name="Parts">Its sub-resources, such as <c>status</c>.</param>
public sealed record ServedResource(ApiResource Resource, ImmutableArray<string> Verbs, ImmutableArray<string> ShortNames, ImmutableArray<string> Parts);

/// <summary>The kinds that a server serves.</summary>
/// <param name="Resources">The kinds in every version in which they are served; the preferred version of each group first.</param>
/// <param name="Unknown">Groups that could not be looked at, such as <c>metrics.k8s.io/v1beta1</c> while its server is away: what they serve is not known.</param>
public sealed record Discovery(ImmutableArray<ServedResource> Resources, ImmutableArray<string> Unknown)
{
    /// <summary>The kind in its group's preferred version; null when it is not served, or not known to be.</summary>
    /// <param name="group">The group; empty for the core group.</param>
    /// <param name="kind">The kind.</param>
    public ServedResource? Find(string group, string kind) => Resources.FirstOrDefault(served => served.Resource.Group == group && served.Resource.Kind == kind);

    /// <summary>Reads the aggregated form (<c>APIGroupDiscoveryList</c>).</summary>
    /// <exception cref="JsonException">It is another form.</exception>
    public static Discovery ReadAggregated(YamlNode root)
    {
        var resources = ImmutableArray.CreateBuilder<ServedResource>();
        var unknown = ImmutableArray.CreateBuilder<string>();
        foreach (var group in Mappings(root, "items"))
        {
            var name = Text(group["metadata"], "name");
            foreach (var version in Mappings(group, "versions"))
            {
                if (Text(version, "freshness") == "Stale") unknown.Add($"{name}/{Text(version, "version")}");
                foreach (var resource in Mappings(version, "resources"))
                {
                    var kind = resource["responseKind"];
                    // A kind may be served under another group's name (autoscaling/v1 Scale); of a resource itself the group is where it stands.
                    var served = new ApiResource(name, Text(version, "version"), Text(resource, "resource"), Text(kind, "kind"), Text(resource, "scope") == "Namespaced");
                    resources.Add(new ServedResource(served, Texts(resource, "verbs"), Texts(resource, "shortNames"), [.. Mappings(resource, "subresources").Select(part => Text(part, "subresource"))]));
                }
            }
        }
        return new Discovery(resources.DrainToImmutable(), unknown.DrainToImmutable());
    }

    /// <summary>The groups with their versions, the preferred one first, of the old form (<c>APIGroupList</c>).</summary>
    public static ImmutableArray<(string Group, ImmutableArray<string> Versions)> ReadGroups(YamlNode root) =>
    [
        .. Mappings(root, "groups").Select(group =>
        {
            var preferred = Text(group["preferredVersion"], "version");
            return (Text(group, "name"), Mappings(group, "versions").Select(version => Text(version, "version")).OrderByDescending(version => version == preferred).ToImmutableArray());
        }),
    ];

    /// <summary>The kinds of one version of one group, of the old form (<c>APIResourceList</c>).</summary>
    public static ImmutableArray<ServedResource> ReadVersion(string group, string version, YamlNode root)
    {
        var all = Mappings(root, "resources").ToList();
        var parts = all.Where(resource => Text(resource, "name").Contains('/', StringComparison.Ordinal)).ToLookup(
            resource => Text(resource, "name").Split('/')[0], resource => Text(resource, "name").Split('/', 2)[1], StringComparer.Ordinal);
        return
        [
            .. all.Where(resource => !Text(resource, "name").Contains('/', StringComparison.Ordinal)).Select(resource => new ServedResource(
                new ApiResource(group, version, Text(resource, "name"), Text(resource, "kind"), resource["namespaced"] is YamlScalar { Value: "true" }),
                Texts(resource, "verbs"), Texts(resource, "shortNames"), [.. parts[Text(resource, "name")]])),
        ];
    }

    private static IEnumerable<YamlMapping> Mappings(YamlNode? node, string key) => ((node as YamlMapping)?[key] as YamlSequence)?.Items.OfType<YamlMapping>() ?? [];

    private static string Text(YamlNode? node, string key) => ((node as YamlMapping)?[key] as YamlScalar)?.AsString ?? "";

    private static ImmutableArray<string> Texts(YamlNode? node, string key) =>
        ((node as YamlMapping)?[key] as YamlSequence)?.Items.OfType<YamlScalar>().Select(item => item.Value).ToImmutableArray() ?? [];
}
