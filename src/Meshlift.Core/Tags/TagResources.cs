using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Yaml;

namespace Meshlift.Core.Tags;

/// <summary>The objects of tags that point at one revision, made of that revision's own rendered objects.</summary>
/// <remarks>
/// What Istio's charts render for <c>revisionTags</c>, and <c>istioctl tag set</c> for a cluster, differs from the revision's own webhook and Service in the
/// name, in one label and in the revision that selectors ask for. Taken from these, a tag has the image of everything else: the address, the policies, and
/// whatever the user changes in them.
/// </remarks>
/// <param name="rendered">The revision.</param>
internal sealed class TagResources(RenderedRevision rendered)
{
    private const string Injector = "istio-sidecar-injector";

    private readonly Resource? _injector = rendered.Resources.FirstOrDefault(one => IsOwn(one, "MutatingWebhookConfiguration", Injector))?.Resource;

    /// <summary>Why no tag can point at this revision; null when one can.</summary>
    public string? Problem => (_injector, Webhooks(TagName.Default).IsEmpty) switch
    {
        (null, _) => "no injection webhook was rendered for it (operatorManageWebhooks, or a rule of spec.clean)",
        (_, true) => $"the selectors of {_injector.Identity} do not ask for it (tags came with Istio 1.10)",
        _ => null,
    };

    /// <summary>The webhook of a tag; null when there is a <see cref="Problem"/>.</summary>
    public Resource? Webhook(TagName tag)
    {
        var webhooks = Webhooks(tag);
        if (webhooks.IsEmpty) return null;
        if (tag.IsDefault) webhooks = webhooks.AddRange(WebhookSelectors.ForUnlabelled((YamlMapping)webhooks[0], AnswersForAll()));
        return Made(_injector!, $"istio-revision-tag-{tag}{NamespaceSuffix()}", _injector!.Root.With("webhooks", new YamlSequence(webhooks)), ("istio.io/tag", tag.Value));
    }

    /// <summary>The Service of a tag, which Istio knows since 1.28; null before, and where the control plane is reached by an address outside of the cluster.</summary>
    public Resource? Service(TagName tag) =>
        rendered.Version is { Major: 1, Minor: < 28 } || OwnService() is not { } service ? null : Made(service, $"istiod-revision-tag-{tag}", service.Root, ("istio.io/tag", tag.Value));

    /// <summary>The validation of what carries no revision, by this revision; null where its own validator does that (Istio 1.11), or where there is none.</summary>
    public Resource? DefaultValidator()
    {
        var own = rendered.Resources.FirstOrDefault(one => IsOwn(one, "ValidatingWebhookConfiguration", "istio-validator"))?.Resource;
        if (own?.Root["webhooks"] is not YamlSequence webhooks || webhooks.Items.OfType<YamlMapping>().Any(WebhookSelectors.AnswersUnlabelled)) return null;
        var changed = webhooks.Items.OfType<YamlMapping>().Select(webhook => WebhookSelectors.WithoutRevision(webhook, rendered.Revision.Value)).OfType<YamlMapping>()
            .Select(webhook => (YamlNode)webhook.With("name", "validation.istio.io")).ToImmutableArray();
        return changed.IsEmpty
            ? null
            : Made(own, DefaultTag.Validator, own.Root.With("webhooks", new YamlSequence(changed)), ("istio.io/tag", TagName.Default.Value), ("operator.istio.io/component", "Pilot"));
    }

    /// <summary>The Service <c>istiod</c> for those that know no revision, leading to this one; null where there is no Service to lead to.</summary>
    public Resource? Alias() => OwnService() is { } service ? Made(service, "istiod", service.Root) : null;

    private ImmutableArray<YamlNode> Webhooks(TagName tag) => _injector?.Root["webhooks"] is YamlSequence webhooks
        ? [.. webhooks.Items.OfType<YamlMapping>().Select(webhook => WebhookSelectors.WithRevision(webhook, rendered.Revision.Value, tag.Value)).OfType<YamlMapping>()]
        : [];

    /// <summary>The Service that the injection webhook leads to.</summary>
    private Resource? OwnService()
    {
        var client = ((_injector?.Root["webhooks"] as YamlSequence)?.Items.FirstOrDefault() as YamlMapping)?["clientConfig"] as YamlMapping;
        if (client?["service"] is not YamlMapping service) return null;
        var identity = new ResourceIdentity("", "Service", (service["namespace"] as YamlScalar)?.Value ?? "", (service["name"] as YamlScalar)?.Value ?? "");
        return rendered.Resources.FirstOrDefault(one => one.Resource.Identity == identity)?.Resource;
    }

    /// <summary>Outside of istio-system the charts append the namespace to the names of webhook configurations, so also to those of tags.</summary>
    private string NamespaceSuffix()
    {
        var own = rendered.Revision.IsDefault ? Injector : $"{Injector}-{rendered.Revision}";
        return _injector!.Identity.Name.StartsWith(own, StringComparison.Ordinal) ? _injector.Identity.Name[own.Length..] : "";
    }

    /// <summary>The value enableNamespacesByDefault, which of all rendered objects only the injector's values tell.</summary>
    private bool AnswersForAll()
    {
        var values = rendered.Resources.FirstOrDefault(one => IsOwn(one, "ConfigMap", Injector))?.Resource.Root["data"] is YamlMapping data ? (data["values"] as YamlScalar)?.AsString : null;
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(values ?? "{}"));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("sidecarInjectorWebhook", out var webhook)
                && webhook.ValueKind == JsonValueKind.Object && webhook.TryGetProperty("enableNamespacesByDefault", out var all) && all.ValueKind == JsonValueKind.True;
        }
        catch (JsonException e)
        {
            throw new UserException(ErrorKind.Input, $"nobody can tell whether the tag default is to answer for namespaces without a label: data.values of the injector's ConfigMap of {rendered.Revision} is no JSON", "see what changes it: spec.mutate, or a patch", e);
        }
    }

    private static bool IsOwn(ClassifiedResource one, string kind, string prefix) =>
        one.Class.Class == ResourceClass.PerRevision && one.Resource.Identity.Kind == kind && one.Resource.Identity.Name.StartsWith(prefix, StringComparison.Ordinal);

    private static Resource Made(Resource source, string name, YamlMapping root, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        var metadata = ((YamlMapping)root["metadata"]!).With("name", name);
        if (!labels.IsEmpty)
        {
            var all = metadata["labels"] as YamlMapping ?? YamlMapping.Empty;
            foreach (var (key, value) in labels) all = all.With(key, value);
            metadata = metadata.With("labels", all);
        }
        return WebhookFields.Drop(new Resource(source.Identity with { Name = name }, root.With("metadata", metadata), source.Origin));
    }
}
