using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Fleet;

/// <summary>A control plane that runs in a cluster.</summary>
/// <param name="Revision">Its revision; <c>default</c> without one.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its Deployment.</param>
/// <param name="Image">Its image.</param>
/// <param name="Version">The version that the image's tag says; null for a digest or a tag that is none.</param>
/// <param name="Ready">How many of its pods are ready.</param>
/// <param name="Wanted">How many are wanted.</param>
/// <param name="IsRolling">True while a change of it is not through.</param>
public sealed record ControlPlane(string Revision, string Namespace, string Name, string Image, IstioVersion? Version, long Ready, long Wanted, bool IsRolling)
{
    /// <summary>The label that chooses the Deployments of istiod (chart istio-discovery, deployment.yaml).</summary>
    public const string Selector = "app=istiod";

    private const string Container = "discovery";

    /// <summary>True when as many as are wanted are ready, and at least one.</summary>
    public bool IsReady => Ready > 0 && Ready >= Wanted && !IsRolling;

    /// <summary>Reads a Deployment of istiod.</summary>
    public static ControlPlane Of(WorkloadItem deployment)
    {
        var image = deployment.Template.Containers.FirstOrDefault(container => container.Name == Container).Image ?? "";
        var wanted = deployment.Wanted ?? 1;
        var isRolling = deployment.ObservedGeneration < deployment.Metadata.Generation || (deployment.Updated ?? 0) < wanted || (deployment.Current ?? 0) > (deployment.Updated ?? 0);
        return new ControlPlane(
            deployment.Metadata.Labels[Injection.InjectionLabels.Revision] ?? "default", deployment.Metadata.Namespace, deployment.Metadata.Name, image,
            PodReading.VersionOf(image), deployment.Ready ?? 0, wanted, isRolling);
    }
}
