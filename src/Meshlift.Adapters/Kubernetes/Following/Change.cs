namespace Meshlift.Adapters.Kubernetes.Following;

/// <summary>What has become known of the objects that are followed. The set is closed.</summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
public abstract record Change<T>
{
    private Change() { }

    /// <summary>All objects there are; what was known before counts no more.</summary>
    /// <param name="Items">The objects.</param>
    /// <param name="ResourceVersion">The state of the cluster that they show.</param>
    /// <param name="IsResync">False for the first; true when changes in between may have been missed.</param>
    public sealed record Snapshot(IReadOnlyList<T> Items, string ResourceVersion, bool IsResync) : Change<T>;

    /// <summary>An object is there, or is chosen by the selector now.</summary>
    /// <param name="Item">The object.</param>
    public sealed record Added(T Item) : Change<T>;

    /// <summary>An object has changed.</summary>
    /// <param name="Item">The object as it is now.</param>
    public sealed record Modified(T Item) : Change<T>;

    /// <summary>An object is gone, or is no longer chosen by the selector.</summary>
    /// <param name="Item">Its last state.</param>
    public sealed record Deleted(T Item) : Change<T>;

    /// <summary>The server cannot be followed for now: what is known gets old until <see cref="Resumed"/> or a snapshot. It is tried again without end.</summary>
    /// <param name="Reason">Why, for a person.</param>
    public sealed record Interrupted(string Reason) : Change<T>;

    /// <summary>The server is followed again, and nothing was missed.</summary>
    public sealed record Resumed : Change<T>;
}
