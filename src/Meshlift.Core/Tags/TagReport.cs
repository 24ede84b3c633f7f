using System.Collections.Immutable;
using Meshlift.Core.Findings;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Tags;

/// <summary>One tag of one cluster.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Revision">The revision that its webhook names; that of its Service where it has no webhook.</param>
/// <param name="Files">The files of its objects below the cluster's folder, in ordinal order.</param>
/// <param name="Agrees">True when all its objects name, and lead to, the same revision.</param>
public sealed record TagState(string Name, string Revision, ImmutableArray<string> Files, bool Agrees);

/// <summary>The tags of one cluster, and what is wrong with them.</summary>
/// <param name="Tags">In ordinal order of name.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record TagReport(ImmutableArray<TagState> Tags, ImmutableArray<Finding> Findings)
{
    /// <summary>Looks at the tags of a cluster.</summary>
    /// <param name="tree">The cluster's folder, complete.</param>
    /// <param name="name">The folder's name, for messages.</param>
    /// <param name="wanted">The tags of the configuration.</param>
    /// <exception cref="UserException">An inventory is damaged, or a file in <c>active/</c> is no object any more.</exception>
    public static TagReport Of(ClusterTree tree, string name, ImmutableArray<TagName> wanted)
    {
        var revisions = tree.ReadRevisions(name).ToDictionary(one => one.Revision.Value, StringComparer.Ordinal);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var tags = ClusterTags.Read(tree, name).Objects.GroupBy(one => one.Tag, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => State(group.Key, [.. group.OrderBy(one => one.Kind)], revisions, findings)).ToImmutableArray();
        foreach (var tag in wanted.Where(tag => tags.All(one => one.Name != tag.Value)).Order())
            findings.Add(new Finding("ML1036", Severity.Note, "spec.tags wants this tag, but it does not point anywhere yet; render a version, or run 'meshlift tag set'", tag.Value));
        if (tags.Any(one => one.Name == TagName.Default.Value) && revisions.TryGetValue(RevisionName.Default.Value, out var unrevisioned))
            foreach (var injector in GitRendering.Read(tree, unrevisioned, name).Resources.Where(UnrevisionedInjector.Is).Where(one => UnrevisionedInjector.IsActive(one.Resource)))
                findings.Add(new Finding("ML1034", Severity.Error, "it answers for the same pods as the tag default, which would get two sidecars (IST0139); set the tag again, or remove it", $"default/{PathOf(unrevisioned, injector.Resource.Identity)}"));
        return new TagReport(tags, findings.DrainToImmutable());
    }

    private static string PathOf(RevisionInventory inventory, Manifests.ResourceIdentity identity) => inventory.Files.First(entry => entry.Resource == identity).Path;

    private static TagState State(string tag, ImmutableArray<TagObject> objects, Dictionary<string, RevisionInventory> revisions, ImmutableArray<Finding>.Builder findings)
    {
        var named = objects.Select(one => (one.Kind, Revision: one.Resource.Label("istio.io/rev") ?? "", LeadsTo: LeadsTo(one))).ToList();
        var revision = named[0].Revision;
        var agrees = named.TrueForAll(one => one.Revision == revision && one.LeadsTo is null or true);
        if (!agrees)
        {
            var said = string.Join(", ", named.Select(one => $"{one.Kind.ToString().ToLowerInvariant()} {one.Revision}{(one.LeadsTo == false ? " (but leads elsewhere)" : "")}"));
            findings.Add(new Finding("ML1032", Severity.Error, $"its objects do not name the same revision ({said}), and each of these takes the tag for its own; set it again", tag));
        }
        if (revisions.ContainsKey(tag) && tag != TagName.Default.Value)
            findings.Add(new Finding("ML1035", Severity.Error, "a revision has the same name, so both would inject the same pods; remove the tag", tag));
        if (!revisions.TryGetValue(revision, out var inventory))
            findings.Add(new Finding("ML1033", Severity.Error, $"it points at {revision}, which has no folder: where that control plane is gone, no pod that asks for the tag can start", tag));
        else if (inventory.Version is { Major: 1, Minor: >= 28 } && objects.All(one => one.Kind != TagObjectKind.Service))
            findings.Add(new Finding("ML1038", Severity.Warning, $"it has no Service, which Istio looks for since 1.28; run 'meshlift tag set {tag} {revision}'", tag));
        return new TagState(tag, revision, [.. objects.Select(one => one.Entry.Path).Order(StringComparer.Ordinal)], agrees);
    }

    /// <summary>Whether an object leads to the control plane that it names; null where it leads to an address outside of the cluster.</summary>
    private static bool? LeadsTo(TagObject one)
    {
        var revision = one.Resource.Label("istio.io/rev") ?? "";
        if (one.Kind == TagObjectKind.Service)
            return ((one.Resource.Root["spec"] as YamlMapping)?["selector"] as YamlMapping) is { } selector
                && (revision == RevisionName.Default.Value ? selector["istio.io/rev"] is null : (selector["istio.io/rev"] as YamlScalar)?.Value == revision);
        var istiod = revision == RevisionName.Default.Value ? "istiod" : $"istiod-{revision}";
        var services = ((one.Resource.Root["webhooks"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>().Select(webhook => (webhook["clientConfig"] as YamlMapping)?["service"] as YamlMapping).OfType<YamlMapping>().ToList();
        return services.Count == 0 ? null : services.TrueForAll(service => (service["name"] as YamlScalar)?.Value == istiod);
    }
}
