using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Tags;

/// <summary>
/// The injection webhook of a control plane without a revision. It answers for the same pods as the tag <c>default</c>, and two answers are two sidecars
/// (IST0139), so while that tag points elsewhere it answers for nobody, as <c>istioctl tag set default</c> leaves it.
/// </summary>
internal static class UnrevisionedInjector
{
    /// <summary>True for that webhook.</summary>
    public static bool Is(ClassifiedResource one) =>
        one.Class.Class == ResourceClass.PerRevision && one.Resource.Identity.Kind == "MutatingWebhookConfiguration" && one.Resource.Identity.Name.StartsWith("istio-sidecar-injector", StringComparison.Ordinal);

    /// <summary>True when at least one of its webhooks answers.</summary>
    public static bool IsActive(Resource injector) => Webhooks(injector).Any(webhook => !WebhookSelectors.IsDeactivated(webhook));

    /// <summary>The webhook answering for nobody.</summary>
    public static Resource Deactivated(Resource injector) => With(injector, WebhookSelectors.Deactivated);

    /// <summary>The webhook with the selectors that Istio gives it; null when no release names its webhooks so.</summary>
    public static Resource? Active(Resource injector)
    {
        var originals = Webhooks(injector).Select(webhook => WebhookSelectors.Original(webhook, RevisionName.Default.Value)).ToList();
        return originals.Contains(null) ? null : With(injector, webhook => WebhookSelectors.Original(webhook, RevisionName.Default.Value)!);
    }

    /// <summary>True when nothing is lost by deactivating it: its selectors are Istio's own, so that they can be given back.</summary>
    public static bool CanComeBack(Resource injector) => Active(injector) is { } active && YamlEquality.Instance.Equals(active.Root, injector.Root);

    private static IEnumerable<YamlMapping> Webhooks(Resource injector) => (injector.Root["webhooks"] as YamlSequence)?.Items.OfType<YamlMapping>() ?? [];

    private static Resource With(Resource injector, Func<YamlMapping, YamlMapping> change) => injector.Root["webhooks"] is YamlSequence webhooks
        ? injector.With(injector.Root.With("webhooks", webhooks.With([.. webhooks.Items.Select(item => item is YamlMapping webhook ? change(webhook) : item)])))
        : injector;
}
