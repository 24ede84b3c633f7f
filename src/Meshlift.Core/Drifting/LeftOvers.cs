using System.Collections.Immutable;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Drifting;

/// <summary>Tells which objects of a cluster came from its folder in Git.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Namespace">The namespace of Flux's Kustomizations.</param>
/// <param name="Revisions">The revisions that have a folder.</param>
public sealed record LeftOvers(string Cluster, string Namespace, ImmutableArray<string> Revisions)
{
    private const string FluxName = "kustomize.toolkit.fluxcd.io/name";
    private const string FluxNamespace = "kustomize.toolkit.fluxcd.io/namespace";
    private const string ArgoId = "argocd.argoproj.io/tracking-id";
    private const string Instance = "app.kubernetes.io/instance";
    private const string Revision = "istio.io/rev";

    /// <summary>The annotations that are looked at.</summary>
    public static ImmutableArray<string> Annotations { get; } = [ArgoId];

    /// <summary>The kinds that Istio installs, in which something may be left over though Git has none of the kind any more.</summary>
    public static ImmutableArray<(string Group, string Kind)> Kinds { get; } =
    [
        ("", "ConfigMap"), ("", "Service"), ("", "ServiceAccount"), ("apps", "DaemonSet"), ("apps", "Deployment"), ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"), ("rbac.authorization.k8s.io", "Role"), ("rbac.authorization.k8s.io", "RoleBinding"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"), ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"), ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        ("autoscaling", "HorizontalPodAutoscaler"), ("policy", "PodDisruptionBudget"), ("networking.k8s.io", "NetworkPolicy"), ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ];

    /// <summary>Why an object that Git does not have is left over, as a clause; null when it is not.</summary>
    /// <remarks>
    /// What Flux or Argo CD marked is theirs by the mark. What neither marked is Istio's by its own labels. What belongs to another object goes with it, and a
    /// Namespace carries <c>istio.io/rev</c> for its pods.
    /// </remarks>
    /// <param name="resource">What it is.</param>
    /// <param name="metadata">Its labels, and the <see cref="Annotations"/>.</param>
    public string? Reason(ResourceIdentity resource, ObjectMetadata metadata)
    {
        if (metadata.Controller is not null || metadata.Deleted is not null || resource is { Group: "", Kind: "Namespace" }) return null;
        if (metadata.Labels[FluxName] is { } kustomization)
            return metadata.Labels[FluxNamespace] == Namespace && IsStep(kustomization, metadata) ? $"Flux's Kustomization {kustomization} applied it" : null;
        if ((metadata.Annotations[ArgoId]?.Split(':')[0] ?? metadata.Labels[Instance]) is { } application && application.StartsWith($"{Cluster}-istio-", StringComparison.Ordinal))
            return $"Argo CD's Application {application} applied it";
        if (metadata.Annotations[ArgoId] is not null) return null;
        return new[] { "operator.istio.io/component", "install.operator.istio.io/owning-resource", Revision }.FirstOrDefault(label => metadata.Labels[label] is not null) is { } mark
            ? $"Istio's label {mark}={metadata.Labels[mark]} is on it"
            : null;
    }

    private bool IsStep(string kustomization, ObjectMetadata metadata) => kustomization.StartsWith("istio-", StringComparison.Ordinal)
        && kustomization["istio-".Length..] is var step && (step is "crds" or "shared" or "active" || Revisions.Contains(step, StringComparer.Ordinal) || metadata.Labels[Revision] == step);
}
