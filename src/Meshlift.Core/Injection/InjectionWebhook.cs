using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Injection;

/// <summary>One webhook that puts proxies into pods.</summary>
/// <param name="Configuration">The MutatingWebhookConfiguration it stands in.</param>
/// <param name="Name">Its own name, for example <c>rev.namespace.sidecar-injector.istio.io</c>.</param>
/// <param name="Revision">The revision that its configuration's label says; null when it has none.</param>
/// <param name="Tag">The tag that its configuration makes; null for a revision's own.</param>
/// <param name="Namespaces">Which namespaces it answers for.</param>
/// <param name="Pods">Which pods it answers for.</param>
/// <param name="Service">The Service it calls, as <c>namespace/name</c>; null when it calls an address.</param>
/// <param name="IsFatal">True when a pod is refused while the webhook cannot be reached (failurePolicy <c>Fail</c>, the default).</param>
/// <param name="Conditions">CEL conditions, which nobody here evaluates.</param>
public sealed record InjectionWebhook(
    string Configuration, string Name, string? Revision, string? Tag, LabelSelector Namespaces, LabelSelector Pods, string? Service, bool IsFatal, ImmutableArray<string> Conditions)
{
    private const string IstioSuffix = "sidecar-injector.istio.io";

    /// <summary>The webhooks of a configuration that inject: those of Istio that answer for the creation of pods, in their order.</summary>
    /// <param name="resource">Any resource.</param>
    /// <returns>Nothing for what is no MutatingWebhookConfiguration, and for one of somebody else.</returns>
    /// <exception cref="UserException">A selector is none.</exception>
    public static IEnumerable<InjectionWebhook> Read(Resource resource)
    {
        if (resource.Identity is not { Group: "admissionregistration.k8s.io", Kind: "MutatingWebhookConfiguration" } || resource.Root["webhooks"] is not YamlSequence webhooks) yield break;
        foreach (var webhook in webhooks.Items.OfType<YamlMapping>())
        {
            var name = Text(webhook["name"]) ?? "";
            var client = webhook["clientConfig"] as YamlMapping;
            var service = client?["service"] as YamlMapping;
            if (!Injects(name, Text(service?["path"]) ?? Text(client?["url"])) || !IsAboutNewPods(webhook["rules"] as YamlSequence)) continue;
            var where = $"{resource.Origin}: the webhook {name}";
            yield return new InjectionWebhook(
                resource.Identity.Name, name, resource.Label(InjectionLabels.Revision), resource.Label(InjectionLabels.Tag),
                LabelSelector.Read(webhook["namespaceSelector"], where), LabelSelector.Read(webhook["objectSelector"], where),
                service is null ? null : $"{Text(service["namespace"])}/{Text(service["name"])}",
                Text(webhook["failurePolicy"]) != "Ignore",
                [.. (webhook["matchConditions"] as YamlSequence)?.Items.OfType<YamlMapping>().Select(condition => Text(condition["expression"]) ?? "") ?? []]);
        }
    }

    /// <summary>The revision that answers: the one whose Service is called, else the one of the label.</summary>
    /// <remarks>
    /// A control plane's Service is <c>istiod</c> or <c>istiod-REVISION</c> (FACTS of the chart istio-discovery, service.yaml); a label can be moved and the Service forgotten, and then the
    /// Service decides who answers.
    /// </remarks>
    public string? Answering => Service?[(Service.IndexOf('/', StringComparison.Ordinal) + 1)..] switch
    {
        "istiod" => "default",
        // The Service of a tag selects the pods of the revision that the tag points at.
        { } tag when tag.StartsWith("istiod-revision-tag-", StringComparison.Ordinal) => Revision,
        { } name when name.StartsWith("istiod-", StringComparison.Ordinal) => name["istiod-".Length..],
        _ => Revision,
    };

    private static bool Injects(string name, string? path) =>
        name.EndsWith(IstioSuffix, StringComparison.Ordinal) || (path is not null && new Uri(new Uri("https://webhook.invalid"), path).AbsolutePath.StartsWith("/inject", StringComparison.Ordinal) && name.Contains("istio", StringComparison.Ordinal));

    private static bool IsAboutNewPods(YamlSequence? rules) => rules?.Items.OfType<YamlMapping>().Any(rule => Has(rule, "apiGroups", "") && Has(rule, "operations", "CREATE") && Has(rule, "resources", "pods")) == true;

    private static bool Has(YamlMapping rule, string list, string wanted) => (rule[list] as YamlSequence)?.Items.Any(item => Text(item) is { } text && (text == wanted || text == "*")) == true;

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.AsString;
}
