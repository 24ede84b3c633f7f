namespace Meshlift.Core.Fleet;

/// <summary>The objects of one kind as a list and the events behind it tell them. For one thread at a time.</summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
public sealed class KeptObjects<T>
    where T : class
{
    private readonly Func<T, string> _key;
    private readonly Action<T?, T?> _changed;
    private readonly Dictionary<string, T> _all = new(StringComparer.Ordinal);

    internal KeptObjects(Func<T, string> key, Action<T?, T?> changed) => (_key, _changed) = (key, changed);

    internal IReadOnlyDictionary<string, T> All => _all;

    /// <summary>An object is there, or is another than before.</summary>
    public void Put(T item)
    {
        var key = _key(item);
        var before = _all.GetValueOrDefault(key);
        _all[key] = item;
        _changed(before, item);
    }

    /// <summary>An object is gone.</summary>
    /// <param name="item">Any state of it.</param>
    public void Remove(T item)
    {
        if (_all.Remove(_key(item), out var before)) _changed(before, null);
    }

    /// <summary>These are all there are.</summary>
    public void Replace(IEnumerable<T> items)
    {
        var gone = new Dictionary<string, T>(_all, StringComparer.Ordinal);
        foreach (var item in items)
        {
            gone.Remove(_key(item));
            Put(item);
        }
        foreach (var item in gone.Values) Remove(item);
    }
}
