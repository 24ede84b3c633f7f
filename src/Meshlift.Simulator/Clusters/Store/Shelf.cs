using System.Collections.Immutable;

namespace Meshlift.Simulator.Clusters.Store;

/// <summary>The objects of one resource and the changes of them that are remembered.</summary>
internal sealed class Shelf(EventLink start)
{
    private int _length;

    public ImmutableSortedSet<StoredObject> Items { get; set; } = ImmutableSortedSet.Create<StoredObject>(ObjectOrder.Instance);

    /// <summary>The oldest place from which a watch can start.</summary>
    public EventLink First { get; private set; } = start;

    public EventLink Last { get; private set; } = start;

    public void Append(StoreEvent change, int history)
    {
        var link = new EventLink(change, change.Version);
        Last.Follow(link);
        Last = link;
        if (_length < history) _length++;
        else First = First.Next!;
    }

    /// <summary>Forgets all changes.</summary>
    /// <param name="version">The version of the store, from which watches can start now.</param>
    public void Forget(long version)
    {
        // The old chain must lead into the new one, for those who stand on it.
        var link = new EventLink(null, version);
        Last.Follow(link);
        (First, Last, _length) = (link, link, 0);
    }
}
