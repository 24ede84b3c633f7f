using System.Globalization;
using System.Text.RegularExpressions;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Releases;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Fields of Istio's webhooks that istiod writes at run time.</summary>
internal sealed class WebhookFieldsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML1110", "webhook_fields", Severity.Error, "caBundle, or an open failurePolicy, of a webhook of Istio in Git");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        // Other programs' webhooks may well carry their certificate.
        if (resource.Label("istio.io/rev") is null) yield break;
        foreach (var path in WebhookFields.Find(resource))
        {
            var index = int.Parse(path.AsSpan("webhooks[".Length, path.IndexOf(']', StringComparison.Ordinal) - "webhooks[".Length), CultureInfo.InvariantCulture);
            var webhook = ((YamlSequence)resource.Root["webhooks"]!).Items[index] as YamlMapping;
            var isBundle = path.EndsWith("caBundle", StringComparison.Ordinal);
            var at = isBundle ? (webhook?["clientConfig"] as YamlMapping)?["caBundle"] : webhook?["failurePolicy"];
            yield return new RuleHit(at?.Span?.Start, path, isBundle ? "istiod writes this certificate; a copy in Git goes stale, and pods can then not be created" : "nothing is validated until istiod has changed this to Fail, and Git changes it back", "remove the key");
        }
    }
}

/// <summary>Images from registries that Istio leaves.</summary>
internal sealed partial class ImageHostsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML1111", "image_hosts", Severity.Warning, "images from a registry that is switched off, or will be");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (container, path, _) in PodTemplate.Of(resource)?.Containers() ?? [])
            if (container["image"] is YamlScalar { AsString: { } image } at && RetiredHosts.Find(image) is { } host)
                yield return new RuleHit(at.Span?.Start, path + ".image", $"'{image}' is on {host.Place}, which is switched off in {host.Since}", $"take it from {host.Replacement}");
        if (resource.Identity is not { Group: "", Kind: "ConfigMap" } || !resource.Identity.Name.StartsWith("istio-sidecar-injector", StringComparison.Ordinal)) yield break;
        if ((resource.Root["data"] as YamlMapping)?["values"] is YamlScalar { AsString: { } values } where && Hub().Match(values) is { Success: true } hub && RetiredHosts.Find(hub.Groups["hub"].Value) is { } retired)
            yield return new RuleHit(where.Span?.Start, "data.values", $"new proxies get their image from {hub.Groups["hub"].Value}; {retired.Place} is switched off in {retired.Since}", $"render with the hub {retired.Replacement}, or with spec.mutate.registry");
    }

    [GeneratedRegex("""["]hub["]:\s*["](?<hub>[^"]*)["]""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hub();
}

/// <summary>A tag that is called like a revision.</summary>
internal sealed class TagNamesRule : Rule
{
    public override RuleInfo Info { get; } = new("ML1112", "tag_names", Severity.Error, "a tag with the name of a revision");

    public override bool IsAboutTheMesh => true;

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity.Kind != "MutatingWebhookConfiguration" || resource.Label("istio.io/tag") is not { } tag || !mesh.Revisions.Contains(tag, StringComparer.Ordinal)) yield break;
        // The control plane without a revision is called default, and so is the tag that takes its place.
        if (tag == "default") yield break;
        yield return new RuleHit(null, "metadata.labels[\"istio.io/tag\"]", $"the tag {tag} has the name of a revision: what asks for it matches two webhooks", "remove the tag, and make one of another name");
    }
}

/// <summary>A tag whose two objects lead to different revisions.</summary>
internal sealed class TagTargetsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML1113", "tag_targets", Severity.Error, "a tag whose webhook and Service lead to different revisions");

    public override bool IsAboutTheMesh => true;

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "", Kind: "Service" } || resource.Label("istio.io/tag") is not { } tag || resource.Label("istio.io/rev") is not { } revision) yield break;
        if (!mesh.WebhookTags.TryGetValue(tag, out var other) || other == revision) yield break;
        yield return new RuleHit(null, "metadata.labels[\"istio.io/rev\"]", $"the Service of the tag {tag} leads to {revision}, its webhook to {other}; both control planes take the tag for their own", $"set the tag again: meshlift tag set {tag} {other}");
    }
}
