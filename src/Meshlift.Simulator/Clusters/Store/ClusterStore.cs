using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Store;

/// <summary>The objects of one cluster with their history, as etcd keeps them for an API server. It knows nothing of what the objects mean.</summary>
/// <remarks>
/// Every change gets the next version of the whole store. Reads see one moment. Changes are made one after the other, by whoever holds <see cref="Gate"/>;
/// those who subscribe are called in the order of the changes, before the next one is made, and may make changes themselves.
/// </remarks>
public sealed class ClusterStore
{
    private static readonly ImmutableSortedSet<StoredObject> Empty = ImmutableSortedSet.Create<StoredObject>(ObjectOrder.Instance);
    private readonly Dictionary<ResourceKey, Shelf> _shelves = [];
    private readonly Dictionary<string, HashSet<(ResourceKey Key, string Namespace, string Name)>> _byOwner = new(StringComparer.Ordinal);
    private readonly Queue<StoreEvent> _untold = new();
    private readonly TextPool _pool = new();
    private readonly int _history;
    private ImmutableArray<Action<StoreEvent>> _subscribers = [];
    private ImmutableArray<Func<bool>> _followers = [];
    private long _version;
    private bool _isTelling;

    /// <summary>Makes an empty store.</summary>
    /// <param name="history">How many changes of each resource are remembered; a watch that starts before them is told 410.</param>
    public ClusterStore(int history = 2_000) => _history = history;

    /// <summary>Held while something is changed, and while one read must agree with the next. Reentrant.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The version of the last change.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Has someone called after each change, one after the other, in the order of subscription.</summary>
    public void Subscribe(Action<StoreEvent> subscriber)
    {
        lock (Gate) _subscribers = _subscribers.Add(subscriber);
    }

    /// <summary>Has someone called whenever all subscribers have been told of all changes; as long as it answers true, having done something, it is called again.</summary>
    /// <remarks>What many changes ask for can so be done once. It runs within the write that caused it, which ends only when there is nothing left to do.</remarks>
    public void Follow(Func<bool> follower)
    {
        lock (Gate) _followers = _followers.Add(follower);
    }

    /// <summary>Calls those who follow, as after a change.</summary>
    public void Settle()
    {
        lock (Gate) Tell();
    }

    /// <summary>An object; null when there is none.</summary>
    public StoredObject? Find(ResourceKey key, string @namespace, string name) => Read(key).Find(@namespace, name);

    /// <summary>All objects of a resource as they are now.</summary>
    public StoreSlice Read(ResourceKey key)
    {
        lock (Gate) return new(_shelves.TryGetValue(key, out var shelf) ? shelf.Items : Empty, _version);
    }

    /// <summary>All objects of a resource as they were at a version.</summary>
    /// <exception cref="ApiException">410: that is longer ago than is remembered. 400: that has not been yet.</exception>
    public StoreSlice ReadAt(ResourceKey key, long version)
    {
        lock (Gate)
        {
            if (version > _version) throw TooLarge(version);
            if (!_shelves.TryGetValue(key, out var shelf)) return new(Empty, version);
            if (version < shelf.First.Version) throw ApiErrors.Expired(TooOld(version, shelf.First.Version));
            var items = shelf.Items.ToBuilder();
            var later = new Stack<StoreEvent>();
            for (var link = shelf.First; link is not null; link = link.Next)
                if (link.Change is { } change && change.Version > version) later.Push(change);
            foreach (var change in later)
            {
                if (change.After is not null) items.Remove(change.After);
                if (change.Before is not null) items.Add(change.Before);
            }
            return new(items.ToImmutable(), version);
        }
    }

    /// <summary>The objects that name a uid among their owners.</summary>
    public IReadOnlyList<(ResourceKey Key, StoredObject Object)> OwnedBy(string uid)
    {
        lock (Gate)
            return _byOwner.TryGetValue(uid, out var owned)
                ? [.. owned.OrderBy(item => item.Key.ToString(), StringComparer.Ordinal).ThenBy(item => item.Namespace, StringComparer.Ordinal).ThenBy(item => item.Name, StringComparer.Ordinal)
                    .Select(item => (item.Key, Find(item.Key, item.Namespace, item.Name)!))]
                : [];
    }

    /// <summary>The resources of which there is, or was, an object.</summary>
    public IReadOnlyList<ResourceKey> Resources()
    {
        lock (Gate) return [.. _shelves.Keys.OrderBy(key => key.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Forgets the history: lists and watches that start before now are told 410.</summary>
    public void Compact()
    {
        lock (Gate)
            foreach (var shelf in _shelves.Values) shelf.Forget(_version);
    }

    /// <summary>Stores an object, whatever was there under its name.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="json">The object, with metadata; its resourceVersion is set.</param>
    public StoredObject Put(ResourceType type, JsonObject json)
    {
        lock (Gate)
        {
            var shelf = Shelf(type.Key);
            var after = StoredObject.Create(type, json, ++_version, _pool);
            var before = new StoreSlice(shelf.Items, _version).Find(after.Namespace, after.Name);
            shelf.Items = (before is null ? shelf.Items : shelf.Items.Remove(before)).Add(after);
            Link(type.Key, before, after);
            Record(shelf, new StoreEvent(type.Key, _version, before, after));
            return after;
        }
    }

    /// <summary>Removes an object. Nothing happens when it is not there.</summary>
    /// <returns>Its last state, with the version of the deletion; null when there was none.</returns>
    public StoredObject? Remove(ResourceType type, string @namespace, string name)
    {
        lock (Gate)
        {
            var shelf = Shelf(type.Key);
            if (new StoreSlice(shelf.Items, _version).Find(@namespace, name) is not { } before) return null;
            // A deletion is told with its own version, so that a watch can go on behind it.
            var last = StoredObject.Create(type, before.ToJson(), ++_version, _pool);
            shelf.Items = shelf.Items.Remove(before);
            Link(type.Key, before, null);
            Record(shelf, new StoreEvent(type.Key, _version, before, null) { Last = last });
            return last;
        }
    }

    /// <summary>Where a watch begins that has seen everything up to a version.</summary>
    /// <exception cref="ApiException">410: changes after the version are forgotten.</exception>
    internal EventLink Place(ResourceKey key, long version)
    {
        lock (Gate)
        {
            var shelf = Shelf(key);
            if (version < shelf.First.Version) throw ApiErrors.Expired(TooOld(version, shelf.First.Version));
            var place = shelf.First;
            while (place.Next is { } next && next.Version <= version) place = next;
            return place;
        }
    }

    /// <summary>The objects as they are and the place behind them, at one moment.</summary>
    internal (StoreSlice Slice, EventLink Place) ReadAndPlace(ResourceKey key)
    {
        lock (Gate)
        {
            var shelf = Shelf(key);
            return (new(shelf.Items, _version), shelf.Last);
        }
    }

    /// <summary>A version up to which someone at a place has seen everything; null when there is more to see.</summary>
    internal long? SeenAt(EventLink place)
    {
        lock (Gate) return place.Next is null ? _version : null;
    }

    internal static ApiException TooLarge(long version) => new(504, "Timeout", $"Too large resource version: {version}, current: ...")
    {
        Causes = [new("ResourceVersionTooLarge", "Too large resource version", "")],
        RetryAfterSeconds = 1,
    };

    private static string TooOld(long version, long first) => $"too old resource version: {version} ({first})";

    private Shelf Shelf(ResourceKey key)
    {
        if (_shelves.TryGetValue(key, out var shelf)) return shelf;
        return _shelves[key] = new Shelf(new EventLink(null, 0));
    }

    private void Link(ResourceKey key, StoredObject? before, StoredObject? after)
    {
        foreach (var owner in before?.Owners ?? [])
            if (_byOwner.TryGetValue(owner.Uid, out var owned) && owned.Remove((key, before!.Namespace, before.Name)) && owned.Count == 0) _byOwner.Remove(owner.Uid);
        foreach (var owner in after?.Owners ?? [])
        {
            if (!_byOwner.TryGetValue(owner.Uid, out var owned)) _byOwner[owner.Uid] = owned = [];
            owned.Add((key, after!.Namespace, after.Name));
        }
    }

    private void Record(Shelf shelf, StoreEvent change)
    {
        shelf.Append(change, _history);
        _untold.Enqueue(change);
        Tell();
    }

    private void Tell()
    {
        // A subscriber that makes a change is not interrupted by being told of it.
        if (_isTelling) return;
        _isTelling = true;
        try
        {
            do
            {
                while (_untold.TryDequeue(out var next))
                    foreach (var subscriber in _subscribers) subscriber(next);
            }
            while (_followers.Any(follower => follower()));
        }
        finally
        {
            _isTelling = false;
        }
    }
}
