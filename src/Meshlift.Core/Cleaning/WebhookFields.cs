using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Cleaning;

/// <summary>Fields of webhook configurations that istiod owns at run time and that Git must not state.</summary>
/// <remarks>
/// istiod writes <c>caBundle</c> into both kinds and turns <c>failurePolicy: Ignore</c> of validating webhooks into <c>Fail</c> once it is up
/// (pkg/webhooks in istio/istio). A value in Git makes two writers, and validation that is open in between. Without the field the API server's default
/// holds: Fail. A mutating webhook's failurePolicy is not istiod's and stays.
/// </remarks>
public static class WebhookFields
{
    /// <summary>The resource without these fields; itself when it has none.</summary>
    public static Resource Drop(Resource resource) =>
        IsWebhookConfiguration(resource, out var validating) && resource.Root["webhooks"] is YamlSequence webhooks
            ? resource.With(Changed(resource.Root, webhooks, validating))
            : resource;

    /// <summary>Paths of such fields that are in the resource all the same, put there by a mutation or a patch.</summary>
    public static ImmutableArray<string> Find(Resource resource)
    {
        if (!IsWebhookConfiguration(resource, out var validating) || resource.Root["webhooks"] is not YamlSequence webhooks) return [];
        var found = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < webhooks.Items.Length; i++)
        {
            if (webhooks.Items[i] is not YamlMapping webhook) continue;
            if ((webhook["clientConfig"] as YamlMapping)?["caBundle"] is not null) found.Add($"webhooks[{i}].clientConfig.caBundle");
            if (validating && IsOpen(webhook)) found.Add($"webhooks[{i}].failurePolicy");
        }
        return found.DrainToImmutable();
    }

    private static bool IsWebhookConfiguration(Resource resource, out bool validating)
    {
        validating = resource.Identity.Kind == "ValidatingWebhookConfiguration";
        return resource.Identity.Group == "admissionregistration.k8s.io" && (validating || resource.Identity.Kind == "MutatingWebhookConfiguration");
    }

    private static bool IsOpen(YamlMapping webhook) => (webhook["failurePolicy"] as YamlScalar)?.Value is { } policy && policy != "Fail";

    private static YamlMapping Changed(YamlMapping root, YamlSequence webhooks, bool validating)
    {
        var items = webhooks.Items;
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is not YamlMapping webhook) continue;
            var changed = webhook;
            if (webhook["clientConfig"] is YamlMapping client && client["caBundle"] is not null) changed = changed.With("clientConfig", client.Without("caBundle"));
            if (validating && IsOpen(webhook)) changed = changed.Without("failurePolicy");
            if (!ReferenceEquals(changed, webhook)) items = items.SetItem(i, changed);
        }
        return items == webhooks.Items ? root : root.With("webhooks", webhooks.With(items));
    }
}
