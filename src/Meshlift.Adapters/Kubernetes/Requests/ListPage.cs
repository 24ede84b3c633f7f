namespace Meshlift.Adapters.Kubernetes.Requests;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
/// <param name="Items">The objects, in the order of the server.</param>
/// <param name="ResourceVersion">The state of the cluster that it shows.</param>
/// <param name="Continue">Where the next page begins; null behind the last.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue)
{
    /// <summary>True when the list begins anew because the server no longer knows the state of the pages before: those are to be thrown away.</summary>
    public bool IsRestart { get; init; }

    /// <summary>True when this page shows a later state than the pages before: objects may be missing or twice.</summary>
    public bool IsInconsistent { get; init; }
}

/// <summary>A whole list.</summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
/// <param name="Items">The objects, in the order of the server.</param>
/// <param name="ResourceVersion">The state of the cluster that it shows, from which a watch can go on.</param>
/// <param name="IsInconsistent">True when its pages show different states: objects may be missing or twice.</param>
public sealed record ClusterList<T>(IReadOnlyList<T> Items, string ResourceVersion, bool IsInconsistent);
