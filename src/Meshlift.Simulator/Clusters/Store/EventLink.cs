namespace Meshlift.Simulator.Clusters.Store;

/// <summary>A place in the chain of changes of one resource. Who stands at a place sees all later ones; what nobody holds any more is collected.</summary>
internal sealed class EventLink(StoreEvent? change, long version)
{
    private readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The change; null for the start of the chain.</summary>
    public StoreEvent? Change { get; } = change;

    /// <summary>The version after the change.</summary>
    public long Version { get; } = version;

    /// <summary>The next change; null until there is one.</summary>
    public EventLink? Next { get; private set; }

    /// <summary>Ends when there is a next change.</summary>
    public Task Followed => _followed.Task;

    public void Follow(EventLink next)
    {
        Next = next;
        _followed.TrySetResult();
    }
}
