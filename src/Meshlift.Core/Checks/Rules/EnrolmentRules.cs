using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>The labels by which namespaces and pods ask for a sidecar.</summary>
internal static class Enrolment
{
    public const string Injection = "istio-injection";
    public const string Revision = "istio.io/rev";
    public const string Inject = "sidecar.istio.io/inject";
    public const string Ambient = "istio.io/dataplane-mode";

    public static YamlMapping? Labels(YamlMapping? metadata) => metadata?["labels"] as YamlMapping;

    public static string? Value(YamlMapping? labels, string key) => (labels?[key] as YamlScalar)?.Value;
}

/// <summary>A namespace that asks in two ways.</summary>
internal sealed class InjectionLabelsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML4001", "injection_labels", Severity.Error, "a namespace with labels of injection that contradict each other");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "", Kind: "Namespace" }) yield break;
        var labels = Enrolment.Labels(resource.Root["metadata"] as YamlMapping);
        var injection = Enrolment.Value(labels, Enrolment.Injection);
        var revision = Enrolment.Value(labels, Enrolment.Revision);
        var isAmbient = Enrolment.Value(labels, Enrolment.Ambient) == "ambient";
        // Disabled beside a revision is unambiguous: no webhook answers (truth table in operator/cmd/mesh/manifest-generate_test.go).
        if (injection == "disabled") yield break;
        if (injection is not null && revision is not null)
            yield return Hit(labels!, Enrolment.Injection, $"the label wins over istio.io/rev, so the revision {revision} does not inject here", "remove istio-injection in the change that adds istio.io/rev");
        else if (isAmbient && (injection is not null || revision is not null))
            yield return Hit(labels!, Enrolment.Ambient, $"the namespace asks for ztunnel and, by {(injection is null ? Enrolment.Revision : Enrolment.Injection)}, for sidecars", "keep one of the two labels");
    }

    private static RuleHit Hit(YamlMapping labels, string label, string message, string remedy) => new(labels[label]!.Span?.Start, $"metadata.labels[\"{label}\"]", message, remedy);
}

/// <summary>A revision that nobody is.</summary>
internal sealed class RevisionsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML4002", "revisions", Severity.Error, "a namespace, a workload or a gateway that asks for a revision that does not exist");

    public override bool IsAboutTheMesh => true;

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        var isAsking = resource.Identity is { Group: "", Kind: "Namespace" } or { Group: "gateway.networking.k8s.io", Kind: "Gateway" };
        var pod = isAsking ? null : PodTemplate.Of(resource);
        var labels = Enrolment.Labels(isAsking ? resource.Root["metadata"] as YamlMapping : pod?.Metadata);
        // Istio's own components carry the revision that they are.
        if (labels?[Enrolment.Revision] is not YamlScalar { Value: { Length: > 0 } revision } at || resource.Label("istio") == "istiod" || Enrolment.Value(labels, "app") == "istiod") yield break;
        if (!mesh.Known.Any()) yield return RuleHit.Unknown("no injector was seen, so nobody can tell which revisions there are");
        else if (!mesh.Known.Contains(revision, StringComparer.Ordinal))
        {
            yield return new RuleHit(
                at.Span?.Start, $"{(pod is null ? "" : pod.Path)}metadata.labels[\"istio.io/rev\"]", $"there is neither a revision nor a tag '{revision}', so no sidecar is injected",
                $"there are {string.Join(", ", mesh.Known.Order(StringComparer.Ordinal))}");
        }
    }
}

/// <summary>A pod that waits for an injector to name its image.</summary>
internal sealed class AutoImagesRule : Rule
{
    public override RuleInfo Info { get; } = new("ML4003", "auto_images", Severity.Error, "the image 'auto' where no injector replaces it");

    public override bool IsAboutTheMesh => true;

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (PodTemplate.Of(resource) is not { } pod) yield break;
        foreach (var (container, path, _) in pod.Containers())
        {
            if (container["image"] is not YamlScalar { AsString: "auto" } at) continue;
            if (Answer(resource, pod, mesh) is not { } reason) continue;
            yield return reason.Length == 0
                ? RuleHit.Unknown($"no manifest of the namespace {resource.Identity.Namespace} was seen, so nobody can tell whether it is injected")
                : new RuleHit(at.Span?.Start, path + ".image", $"no injector puts an image in place of 'auto': {reason}", "label the pods sidecar.istio.io/inject: \"true\", or istio.io/rev with a revision");
        }
    }

    /// <returns>Why nothing is injected; empty when nobody can tell; null when something is.</returns>
    private static string? Answer(Resource resource, PodTemplate pod, MeshFacts mesh)
    {
        // Labels of the pod win over its annotations (injectRequired in pkg/kube/inject/inject.go).
        if (pod.Label(Enrolment.Inject) == "false") return "the pods say sidecar.istio.io/inject: \"false\"";
        if (pod.Spec["hostNetwork"] is YamlScalar { Value: "true" }) return "pods on the network of their node are never injected";
        var isKnown = mesh.TryNamespace(resource.Identity.Namespace, out var labels);
        if (Enrolment.Value(labels, Enrolment.Injection) == "disabled") return "the namespace says istio-injection: disabled";
        if (pod.Label(Enrolment.Inject) == "true" || pod.Label(Enrolment.Revision) is not null || Enrolment.Value(labels, Enrolment.Injection) == "enabled" || Enrolment.Value(labels, Enrolment.Revision) is not null) return null;
        return isKnown ? "neither the pods nor their namespace ask for one" : "";
    }
}
