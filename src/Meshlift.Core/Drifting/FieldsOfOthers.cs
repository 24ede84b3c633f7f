using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>Fields that others than Git rightly write. docs/drift.md lists them.</summary>
internal static class FieldsOfOthers
{
    private static readonly ImmutableArray<Rule> Rules =
    [
        // istiod and cert-manager write the authority by which the API server knows them (istio/istio, pkg/webhooks).
        new("webhooks/*/clientConfig/caBundle", "whoever serves the webhook writes its own authority"),
        new("spec/conversion/webhook/clientConfig/caBundle", "whoever serves the webhook writes its own authority"),
        // istiod begins with Ignore and goes over to Fail once it answers itself (istio/istio, pkg/webhooks/validation/controller).
        new("webhooks/*/failurePolicy", "istiod turns it to Fail once it answers") { Kind = "ValidatingWebhookConfiguration", OnlyTo = "Fail" },
        new("spec/replicas", "a HorizontalPodAutoscaler sets it") { IsOfAutoscalers = true },
        new("spec/template/metadata/annotations/kubectl.kubernetes.io/restartedAt", "a restart leaves its time"),
        new("spec/template/metadata/annotations/meshlift.dev/*", "Meshlift's own"),
        new("metadata/annotations/meshlift.dev/*", "Meshlift's own"),
        new("metadata/annotations/kubectl.kubernetes.io/last-applied-configuration", "kubectl remembers what it applied") { IsMark = true },
        new("metadata/annotations/deployment.kubernetes.io/*", "the Deployment controller counts its revisions"),
        new("metadata/annotations/deprecated.daemonset.template.generation", "the DaemonSet controller counts its revisions"),
        new("metadata/labels/kustomize.toolkit.fluxcd.io/*", "Flux marks what it applies") { IsMark = true },
        new("metadata/annotations/kustomize.toolkit.fluxcd.io/*", "Flux marks what it applies") { IsMark = true },
        new("metadata/labels/helm.toolkit.fluxcd.io/*", "Flux marks what it applies") { IsMark = true },
        new("metadata/annotations/reconcile.fluxcd.io/*", "Flux notes requests") { IsMark = true },
        new("metadata/labels/argocd.argoproj.io/*", "Argo CD marks what it applies") { IsMark = true },
        new("metadata/annotations/argocd.argoproj.io/*", "Argo CD marks what it applies") { IsMark = true },
        new("metadata/labels/app.kubernetes.io/instance", "Argo CD marks what it applies") { OnlyBy = "argocd", IsMark = true },
        new("metadata/annotations/meta.helm.sh/*", "Helm marks what it applies") { IsMark = true },
        new("metadata/annotations/helm.sh/resource-policy", "Helm marks what it keeps") { IsMark = true },
        new("metadata/labels/app.kubernetes.io/managed-by", "Helm marks what it applies") { OnlyTo = "Helm", IsMark = true },
    ];

    /// <summary>Why a field is another's, and whether it is only a mark of whoever delivers, which is on every object; null when it is not another's.</summary>
    /// <param name="resource">Whose field.</param>
    /// <param name="place">Where, as <see cref="Diffing.DiffPath.Place"/> writes it.</param>
    /// <param name="live">What the cluster has; null when it does not have it.</param>
    /// <param name="author">Who wrote it; null when that is not known.</param>
    /// <param name="isScaled">True when an autoscaler is in charge of the resource.</param>
    public static (string Reason, bool IsMark)? Of(ResourceIdentity resource, string place, YamlNode? live, FieldAuthor? author, bool isScaled) =>
        Rules.FirstOrDefault(rule => rule.Holds(resource, place, live, author, isScaled)) is { } found ? (found.Reason, found.IsMark) : null;

    private sealed record Rule(string Place, string Reason)
    {
        /// <summary>Only for this kind; empty for any.</summary>
        public string Kind { get; init; } = "";

        /// <summary>Only when the cluster has this value; null for any.</summary>
        public string? OnlyTo { get; init; }

        /// <summary>Only when the name of who wrote it begins so; null for anyone.</summary>
        public string? OnlyBy { get; init; }

        public bool IsOfAutoscalers { get; init; }

        public bool IsMark { get; init; }

        public bool Holds(ResourceIdentity resource, string place, YamlNode? live, FieldAuthor? author, bool isScaled) =>
            (Place.EndsWith("/*", StringComparison.Ordinal) ? place.StartsWith(Place[..^1], StringComparison.Ordinal) : place == Place)
            && (Kind.Length == 0 || resource.Kind == Kind)
            && (OnlyTo is null || (live as YamlScalar)?.Value == OnlyTo)
            && (OnlyBy is null || author?.Manager.StartsWith(OnlyBy, StringComparison.Ordinal) == true)
            && (!IsOfAutoscalers || isScaled);
    }
}
