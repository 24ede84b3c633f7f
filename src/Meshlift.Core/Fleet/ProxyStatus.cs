using Meshlift.Core.Versions;

namespace Meshlift.Core.Fleet;

/// <summary>What a proxy is there for.</summary>
public enum ProxyRole
{
    /// <summary>No proxy.</summary>
    None,
    /// <summary>Beside an application, put there by injection.</summary>
    Sidecar,
    /// <summary>A gateway that is filled in by injection (the chart <c>gateway</c>).</summary>
    Gateway,
    /// <summary>A gateway or a waypoint that istiod deploys for a Gateway of the Gateway API, and rolls itself.</summary>
    Managed,
    /// <summary>The proxy of a node.</summary>
    Ztunnel,
    /// <summary>The agent of a node that leads traffic into the mesh. No proxy, but it has a version.</summary>
    Cni,
}

/// <summary>How a pod's proxy stands to the one that it would get now.</summary>
public enum ProxyState
{
    /// <summary>It is the one.</summary>
    Current,
    /// <summary>Another revision or another version; a restart renews it.</summary>
    Stale,
    /// <summary>The same name and tag from another registry: no upgrade, but a restart pulls from the other place.</summary>
    Moved,
    /// <summary>The pod sets its image itself; a restart changes nothing.</summary>
    Overridden,
    /// <summary>It has none, and would get one at its next restart.</summary>
    Missing,
    /// <summary>It has one, and would lose it at its next restart.</summary>
    Unexpected,
    /// <summary>Several revisions would inject it.</summary>
    Contested,
    /// <summary>It could not be created again as things stand.</summary>
    Blocked,
    /// <summary>It has none and gets none.</summary>
    Outside,
    /// <summary>What is known does not decide it.</summary>
    Unknown,
}

/// <summary>The workload that makes a pod.</summary>
/// <param name="Kind">Such as <c>Deployment</c>; <c>Pod</c> for one that nobody makes.</param>
/// <param name="Name">Its name.</param>
public readonly record struct WorkloadName(string Kind, string Name)
{
    /// <summary><c>deployment/web</c>, as kubectl takes it.</summary>
    public override string ToString() => $"{Kind.ToLowerInvariant()}/{Name}";
}

/// <summary>A pod, the proxy it has, and the one it would get.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Pod">Its name.</param>
/// <param name="Workload">Who makes it.</param>
/// <param name="Role">What its proxy is there for; <see cref="ProxyRole.None"/> without one.</param>
/// <param name="Revision">The revision that injected it; null without a proxy, and where it does not say.</param>
/// <param name="Image">The image of its proxy; null without one.</param>
/// <param name="Version">The version that the image's tag says; null for a digest or a tag that is none.</param>
/// <param name="State">How it stands.</param>
/// <param name="WouldBe">The revision it would get now; null for none.</param>
/// <param name="WouldBeImage">The image it would get now; null when that is not known.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="IsReady">True when the pod is ready.</param>
/// <param name="IsNative">True when the proxy is an init container that keeps running.</param>
/// <param name="IsAmbient">True when ztunnel takes its traffic.</param>
public sealed record ProxyStatus(
    string Namespace, string Pod, WorkloadName Workload, ProxyRole Role, string? Revision, string? Image, IstioVersion? Version, ProxyState State, string? WouldBe, string? WouldBeImage,
    string Reason, bool IsReady, bool IsNative, bool IsAmbient)
{
    /// <summary>True when it has a proxy that a control plane feeds.</summary>
    public bool HasProxy => Role is not (ProxyRole.None or ProxyRole.Cni);
}
