using Meshlift.Core;
using Meshlift.Core.Injection;
using Meshlift.Core.Selecting;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;

namespace Meshlift.Simulator.Istio.Injection;

/// <summary>Puts proxies into the pods that are created in a cluster, as its own webhook configurations and injector ConfigMaps say.</summary>
/// <remarks>A label or a tag that is wrong shows as it would in reality: no proxy, one of another revision, or a pod that cannot be created.</remarks>
public sealed class SidecarInjection
{
    private readonly SimulatedCluster _cluster;
    private readonly ClusterMesh _mesh;

    private SidecarInjection(SimulatedCluster cluster) => (_cluster, _mesh) = (cluster, new ClusterMesh(cluster));

    /// <summary>From now on pods that are created are injected. Pods that are there stay as they are.</summary>
    public static void Attach(SimulatedCluster cluster)
    {
        var injection = new SidecarInjection(cluster);
        cluster.Admission.Add(injection.Admit);
    }

    private void Admit(AdmissionRequest request)
    {
        if (request is not { Operation: "CREATE", Subresource: "" } || request.Type.Key != SimulatedCluster.Pods) return;
        var metadata = request.Object.Ensure("metadata");
        var spec = request.Object.Ensure("spec");
        var original = OriginalPod.Of(metadata, spec);
        var pod = new PodRequest(request.Namespace, Labels.Of(metadata.Pairs("labels")), Labels.Of(metadata.Pairs("annotations")), spec.Flag("hostNetwork"), original.ProxyImage);
        try
        {
            var verdict = _mesh.Injection.Explain(pod, _mesh.NamespaceLabels(request.Namespace));
            foreach (var trial in verdict.Trials)
                if (trial is { Answers: true, Webhook: { IsFatal: true, Service: { } service } webhook } && _mesh.OutageOf(service) is { } outage)
                    throw Unreachable(webhook, service, outage);
            if (verdict.Outcome == InjectionOutcome.Refused) throw Denied(verdict);
            // An istiod without its ConfigMap does not start, and then nobody answers.
            if (verdict is { Outcome: InjectionOutcome.Injected or InjectionOutcome.Contested, Image.Image: { } image } && _mesh.PlaneOf(verdict.Revision) is { } plane)
                new PodInjection(plane, pod, image, _cluster.StoredType(SimulatedCluster.Pods).Schema).Change(metadata, spec, original, () => plane.IsNative(_mesh.Kubelets));
        }
        catch (UserException e)
        {
            throw new ApiException(500, "InternalError", $"Internal error occurred: the injectors of the cluster cannot be read: {e.Message}");
        }
    }

    private static ApiException Unreachable(InjectionWebhook webhook, string service, string outage)
    {
        var (space, name) = service.Split('/') is [var first, var second] ? (first, second) : ("", service);
        var why = $"failed calling webhook \"{webhook.Name}\": failed to call webhook: Post \"https://{name}.{space}.svc:443/inject?timeout=10s\": {outage}";
        return new ApiException(500, "InternalError", $"Internal error occurred: {why}") { Causes = [new ApiCause("", why, "")] };
    }

    private static ApiException Denied(InjectionVerdict verdict) =>
        ApiErrors.BadRequest($"admission webhook \"{verdict.Trials.Last(trial => trial.Answers).Webhook.Name}\" denied the request: {verdict.Reason}");
}
