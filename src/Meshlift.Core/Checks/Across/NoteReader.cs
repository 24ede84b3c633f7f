using System.Collections.Frozen;
using System.Globalization;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>Reads out of a document what rules across files need.</summary>
internal static class NoteReader
{
    // Groups whose objects make neither pods nor Services, so that what stands in the files is all there is.
    private static readonly FrozenSet<string> Quiet = FrozenSet.Create(
        StringComparer.Ordinal,
        "networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io", "cert-manager.io", "external-secrets.io", "bitnami.com", "kyverno.io",
        "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "image.toolkit.fluxcd.io", "snapshot.storage.k8s.io", "autoscaling.k8s.io", "metrics.k8s.io");

    /// <summary>The notes of a Kubernetes object.</summary>
    public static IEnumerable<Note> Of(Resource resource)
    {
        var (identity, at) = (resource.Identity, resource.Root.Span?.Start ?? new SourcePosition(0, 1, 1));
        var spec = resource.Root["spec"] as YamlMapping;
        if (PodTemplate.Of(resource) is { } pod) return [OfPods(identity, at, pod)];
        switch (identity.Group, identity.Kind)
        {
            case ("", "Service"):
                return [new ServiceNote(identity, at, LabelDemands.OfLabels(Text(spec, "type") == "ExternalName" ? null : spec?["selector"] as YamlMapping, at))];
            case ("", "Namespace"):
                var mesh = (resource.Label("istio-injection"), resource.Label("istio.io/rev"), resource.Label("istio.io/dataplane-mode"));
                return [new NamespaceNote(identity, at, mesh.Item1 != "disabled" && (mesh.Item1 == "enabled" || !string.IsNullOrEmpty(mesh.Item2)), mesh.Item3 == "ambient")];
            case ("networking.k8s.io", "NetworkPolicy") when spec is not null && LabelDemands.OfSelector(spec["podSelector"], at) is { } selector:
                return [new PolicyNote(identity, at, selector, PolicySide.Of(spec, "ingress", spec.Span?.Start ?? at), PolicySide.Of(spec, "egress", spec.Span?.Start ?? at))];
            case ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"):
                return OfInjectors(identity, at, resource.Root["webhooks"] as YamlSequence);
            case ("networking.istio.io", _):
                return RouteNotes.Of(identity, at, spec);
            case ("helm.toolkit.fluxcd.io" or "kustomize.toolkit.fluxcd.io" or "argoproj.io", _):
                return ReleaseNotes.Of(resource, at, spec);
            case var (_, kind) when kind.EndsWith("NetworkPolicy", StringComparison.Ordinal):
                return [new MakesNote(at, identity.Namespace.Length == 0 ? null : identity.Namespace)];
            case var (group, kind) when !GeneratedPath.IsBuiltIn(group) && !Quiet.Contains(group) && identity.Namespace.Length > 0 && !IsQuietKind(kind):
                return [new MakesNote(at, identity.Namespace)];
            default:
                return [];
        }
    }

    /// <summary>The notes of a document that is no Kubernetes object, or the input of a tool.</summary>
    /// <param name="root">The document.</param>
    /// <param name="file">Its file, with '/' between its parts.</param>
    public static IEnumerable<Note> OfConfiguration(YamlMapping root, string file)
    {
        var at = root.Span?.Start ?? new SourcePosition(0, 1, 1);
        var slash = file.LastIndexOf('/');
        var (name, folder) = (file[(slash + 1)..], slash < 0 ? "" : file[..slash]);
        return name switch
        {
            "kustomization.yaml" or "kustomization.yml" => OfKustomization(root, at),
            "Chart.yaml" => [new ChartNote(at, folder, [.. ((root["dependencies"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>().Select(one => Text(one, "alias") ?? Text(one, "name")).OfType<string>()])],
            _ when Onboarding.HelmfileRelease.IsHelmfile(file) => ReleaseNotes.OfHelmfile(root, folder, at),
            _ => [ValuesReader.Read(null, root, at, "")],
        };
    }

    internal static string? Text(YamlMapping? mapping, string key) => mapping?[key] is YamlScalar { Kind: not ScalarKind.Null, Value.Length: > 0 } scalar ? scalar.Value : null;

    private static PodsNote OfPods(ResourceIdentity identity, SourcePosition at, PodTemplate pod)
    {
        var hasProbes = pod.Containers().Any(one => ((string[])["livenessProbe", "readinessProbe", "startupProbe"]).Any(probe => one.Container[probe] is YamlMapping asked && asked["exec"] is null));
        return new PodsNote(identity, at, Labels.Read(pod.Metadata?["labels"]), hasProbes);
    }

    private static IEnumerable<Note> OfInjectors(ResourceIdentity identity, SourcePosition at, YamlSequence? webhooks)
    {
        for (var i = 0; i < (webhooks?.Items.Length ?? 0); i++)
        {
            if (webhooks!.Items[i] is not YamlMapping webhook || Text(webhook, "name") is not { } name || !name.EndsWith("sidecar-injector.istio.io", StringComparison.Ordinal)) continue;
            if (LabelDemands.OfSelector(webhook["namespaceSelector"], at) is not { } namespaces || LabelDemands.OfSelector(webhook["objectSelector"], at) is not { } pods) continue;
            var service = (webhook["clientConfig"] as YamlMapping)?["service"] as YamlMapping;
            yield return new InjectorNote(
                identity, webhook.Span?.Start ?? at, string.Create(CultureInfo.InvariantCulture, $"webhooks[{i}]"), name, namespaces.Selector, pods.Selector,
                service is null ? null : (Text(service, "namespace") ?? "", Text(service, "name") ?? ""));
        }
    }

    private static IEnumerable<Note> OfKustomization(YamlMapping root, SourcePosition at)
    {
        if (Text(root, "namespace") is not null) yield return new NamesNamespacesNote(at);
        var resources = ((string[])["resources", "bases"]).SelectMany(key => ((root[key] as YamlSequence)?.Items ?? []).OfType<YamlScalar>());
        if (root["helmCharts"] is not null || root["generators"] is not null || resources.Any(one => one.Value.Contains("://", StringComparison.Ordinal) || one.Value.StartsWith("github.com/", StringComparison.Ordinal)))
            yield return new MakesNote(at, null);
    }

    private static bool IsQuietKind(string kind) => kind is "ServiceMonitor" or "PodMonitor" or "PrometheusRule" or "HTTPRoute" or "GRPCRoute" or "TCPRoute" or "TLSRoute" or "ReferenceGrant" or "SecretProviderClass" or "BackendTLSPolicy";
}
