using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Fleet;

/// <summary>Compares the proxies that run with those that would be made now.</summary>
/// <param name="injection">The injectors of the cluster.</param>
/// <param name="namespaces">The labels of each namespace.</param>
/// <param name="gateways">The labels of each Gateway of the Gateway API, by <c>namespace/name</c>.</param>
public sealed class ProxyJudgement(MeshInjection injection, IReadOnlyDictionary<string, Labels> namespaces, IReadOnlyDictionary<string, Labels> gateways)
{
    /// <summary>Judges a pod.</summary>
    public ProxyStatus Of(PodItem pod)
    {
        var proxy = PodReading.Proxy(pod);
        var role = PodReading.RoleOf(pod, proxy is not null);
        var image = proxy?.Container.Image ?? (role == ProxyRole.Cni && !pod.Containers.IsEmpty ? pod.Containers[0].Image : null);
        var status = new ProxyStatus(
            pod.Metadata.Namespace, pod.Metadata.Name, PodReading.WorkloadOf(pod), role, PodReading.RevisionOf(pod), image, image is null ? null : PodReading.VersionOf(image),
            ProxyState.Unknown, null, null, "", pod.Ready, proxy?.IsInit == true, IsAmbient: false);
        return role switch
        {
            ProxyRole.Managed => Managed(status, pod),
            // A DaemonSet rolls them by itself; what it wants is in its template, not in a webhook.
            ProxyRole.Ztunnel or ProxyRole.Cni => status with { State = ProxyState.Current, WouldBe = status.Revision, Reason = "its DaemonSet decides" },
            _ => Injected(status, pod, injection.Explain(PodReading.RequestOf(pod), namespaces.GetValueOrDefault(pod.Metadata.Namespace))),
        };
    }

    private static ProxyStatus Injected(ProxyStatus status, PodItem pod, InjectionVerdict verdict)
    {
        status = status with { WouldBe = verdict.Revision, WouldBeImage = verdict.Image?.Image, Reason = verdict.Reason, IsAmbient = verdict.IsAmbient };
        return verdict.Outcome switch
        {
            InjectionOutcome.Unknown => status,
            InjectionOutcome.Contested => status with { State = ProxyState.Contested },
            InjectionOutcome.Refused => status with { State = ProxyState.Blocked },
            // Injection always leaves its mark. Without it the proxy was there before: as in the gateways of an IstioOperator, which nobody injects.
            InjectionOutcome.None when status.HasProxy && pod.Metadata.Annotations[InjectionLabels.Status] is null =>
                status with { State = ProxyState.Current, WouldBe = status.Revision, Reason = "its proxy stands in its own template" },
            InjectionOutcome.None => status with { State = status.HasProxy ? ProxyState.Unexpected : ProxyState.Outside },
            _ when !status.HasProxy => status with { State = ProxyState.Missing },
            _ => Compared(status, verdict.Image),
        };
    }

    private ProxyStatus Managed(ProxyStatus status, PodItem pod)
    {
        // Without the Gateway the pod's own labels, which istiod copies from it, are the best that is known.
        var labels = PodReading.GatewayOf(pod) is { } name && gateways.TryGetValue($"{status.Namespace}/{name}", out var own) ? own : pod.Metadata.Labels;
        var verdict = injection.ExplainGateway(PodReading.RequestOf(pod) with { Labels = labels }, namespaces.GetValueOrDefault(status.Namespace));
        status = status with { WouldBe = verdict.Revision, WouldBeImage = verdict.Image?.Image, Reason = verdict.Reason };
        return verdict.Outcome switch
        {
            InjectionOutcome.Unknown => status,
            InjectionOutcome.None => status with { State = ProxyState.Blocked },
            InjectionOutcome.Contested => status with { State = ProxyState.Contested },
            _ => Compared(status, verdict.Image),
        };
    }

    private static ProxyStatus Compared(ProxyStatus status, ExpectedImage? expected)
    {
        if (status.Revision is null) return status with { Reason = "its proxy does not say which revision injected it" };
        if (status.Revision != status.WouldBe) return status with { State = ProxyState.Stale, Reason = $"it runs {status.Revision}; {status.Reason}" };
        if (expected is null) return status with { Reason = $"the injector's ConfigMap of {status.WouldBe} was not seen, so that its image is not known" };
        if (status.Image == expected.Image) return status with { State = expected.Override is null ? ProxyState.Current : ProxyState.Overridden, Reason = expected.Override is { } setting ? $"its image is set by {setting}" : status.Reason };
        return NameAndTag(status.Image!) == NameAndTag(expected.Image)
            ? status with { State = ProxyState.Moved, Reason = $"the same image now comes from {PlaceOf(expected.Image)}" }
            : status with { State = ProxyState.Stale, Reason = $"it runs {Short(status.Image!)}, and {status.WouldBe} now injects {Short(expected.Image)}" };
    }

    private static string NameAndTag(string image) => image[(image.LastIndexOf('/') + 1)..];

    private static string PlaceOf(string image) => image.LastIndexOf('/') is var slash and > 0 ? image[..slash] : image;

    private static string Short(string image) => PodReading.VersionOf(image)?.ToString() ?? image;
}
