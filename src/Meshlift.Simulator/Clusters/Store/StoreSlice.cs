using System.Collections.Immutable;

namespace Meshlift.Simulator.Clusters.Store;

/// <summary>The objects of one resource at one moment, in the order of namespace and name. Immutable.</summary>
/// <param name="Items">The objects.</param>
/// <param name="Version">The version of the store at that moment.</param>
public sealed record StoreSlice(ImmutableSortedSet<StoredObject> Items, long Version)
{
    /// <summary>The objects of a namespace that follow a name.</summary>
    /// <param name="namespace">The namespace; null for all.</param>
    /// <param name="after">Where to go on: behind this object; null from the start.</param>
    public IEnumerable<StoredObject> From(string? @namespace, (string Namespace, string Name)? after)
    {
        if (@namespace is null && after is null) return Items;
        return Seek(@namespace, after ?? (@namespace!, ""));
    }

    private IEnumerable<StoredObject> Seek(string? @namespace, (string Namespace, string Name) after)
    {
        var index = IndexOf(after.Namespace, after.Name);
        for (var i = index < 0 ? ~index : index + 1; i < Items.Count; i++)
        {
            if (@namespace is not null && Items[i].Namespace != @namespace) yield break;
            yield return Items[i];
        }
    }

    /// <summary>An object; null when there is none.</summary>
    public StoredObject? Find(string @namespace, string name) => IndexOf(@namespace, name) is >= 0 and var index ? Items[index] : null;

    /// <summary>How many objects follow one, in its namespace or in all.</summary>
    internal long Behind(string? @namespace, string ofNamespace, string name)
    {
        var index = IndexOf(ofNamespace, name);
        var next = index < 0 ? ~index : index + 1;
        // No name is greater than this one, which is not a character.
        var end = @namespace is null ? Items.Count : ~IndexOf(@namespace, "\uffff");
        return end - next;
    }

    private int IndexOf(string @namespace, string name)
    {
        var (low, high) = (0, Items.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = ObjectOrder.Compare(Items[middle].Namespace, Items[middle].Name, @namespace, name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}

/// <summary>The order of objects in lists.</summary>
internal sealed class ObjectOrder : IComparer<StoredObject>
{
    public static ObjectOrder Instance { get; } = new();

    public int Compare(StoredObject? x, StoredObject? y) => Compare(x!.Namespace, x.Name, y!.Namespace, y.Name);

    public static int Compare(string namespaceX, string nameX, string namespaceY, string nameY) => string.CompareOrdinal(namespaceX, namespaceY) switch
    {
        0 => string.CompareOrdinal(nameX, nameY),
        var order => order,
    };
}
