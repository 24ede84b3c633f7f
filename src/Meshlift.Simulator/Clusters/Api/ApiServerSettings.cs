namespace Meshlift.Simulator.Clusters.Api;

/// <summary>How a server of clusters listens.</summary>
public sealed record ApiServerSettings
{
    /// <summary>The port on the loopback address; 0 for one that the system chooses.</summary>
    public int Port { get; init; }

    /// <summary>True for HTTP without TLS. Whoever shows nothing is then the administrator: there are no certificates to show.</summary>
    public bool IsPlain { get; init; }

    /// <summary>True when the kubeconfig holds client certificates, false when it holds tokens.</summary>
    public bool UsesCertificates { get; init; }

    /// <summary>The clock of the connections: of timeouts, bookmarks and slow answers. The clients' clock, not that of the clusters.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long a watch lasts whose client does not say.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a watch that takes bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);
}
