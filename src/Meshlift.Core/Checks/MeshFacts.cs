using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks;

/// <summary>What the manifests of a cluster say about its mesh: which revisions and tags inject, which namespaces there are.</summary>
public sealed class MeshFacts
{
    private readonly Dictionary<string, YamlMapping?> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _webhookTags = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _revisions = new(StringComparer.Ordinal);
    private readonly SortedSet<IstioVersion> _versions = [];

    /// <summary>The names of the control planes that inject; <c>default</c> for one without a revision.</summary>
    public IReadOnlyCollection<string> Revisions => _revisions;

    /// <summary>The tags that inject, each with the revision that it points at.</summary>
    public IReadOnlyDictionary<string, string> WebhookTags => _webhookTags;

    /// <summary>The versions of the control planes, as far as their webhooks say them.</summary>
    public IReadOnlyCollection<IstioVersion> Versions => _versions;

    /// <summary>The minor version of the Kubernetes that the manifests are for; null when nobody says, and then any that a supported Istio runs on.</summary>
    public int? KubernetesMinor { get; init; }

    /// <summary>What can stand in the label <c>istio.io/rev</c>; empty when no injector was seen, so that nobody can tell.</summary>
    public IEnumerable<string> Known => _revisions.Concat(_webhookTags.Keys);

    /// <summary>True for a resource that <see cref="Add(Resource)"/> learns something from.</summary>
    public static bool Concerns(ResourceIdentity identity) =>
        identity is { Group: "admissionregistration.k8s.io", Kind: "MutatingWebhookConfiguration" } or { Group: "", Kind: "Namespace" };

    /// <summary>The labels of a namespace.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels; null when it has none.</param>
    /// <returns>False when no manifest of the namespace was seen, so that nobody can tell.</returns>
    public bool TryNamespace(string name, out YamlMapping? labels) => _namespaces.TryGetValue(name, out labels);

    /// <summary>Learns from a resource.</summary>
    public void Add(Resource resource)
    {
        if (!Concerns(resource.Identity)) return;
        var (revision, tag) = (resource.Label("istio.io/rev"), resource.Label("istio.io/tag"));
        switch (resource.Identity.Kind)
        {
            case "Namespace":
                _namespaces[resource.Identity.Name] = (resource.Root["metadata"] as YamlMapping)?["labels"] as YamlMapping;
                break;
            case "MutatingWebhookConfiguration" when revision is not null && tag is not null:
                _webhookTags[tag] = revision;
                break;
            case "MutatingWebhookConfiguration" when revision is not null && resource.Identity.Name.StartsWith("istio-sidecar-injector", StringComparison.Ordinal):
                _revisions.Add(revision);
                if (resource.Label("app.kubernetes.io/version") is { } text && IstioVersion.TryParse(text, out var version)) _versions.Add(version);
                break;
        }
    }

    /// <summary>Learns all that another cluster's manifests say.</summary>
    public void Add(MeshFacts other)
    {
        foreach (var (name, labels) in other._namespaces) _namespaces.TryAdd(name, labels);
        foreach (var (tag, revision) in other._webhookTags) _webhookTags.TryAdd(tag, revision);
        _revisions.UnionWith(other._revisions);
        _versions.UnionWith(other._versions);
    }
}
