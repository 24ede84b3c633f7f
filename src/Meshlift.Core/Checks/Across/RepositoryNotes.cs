using System.Runtime.InteropServices;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Checks.Across;

/// <summary>A note and where it was taken.</summary>
internal readonly record struct Noted(FileScope File, Note Note);

/// <summary>The notes of all files. Grows with the number of resources, not with their size.</summary>
public sealed class RepositoryNotes
{
    private readonly Dictionary<Type, List<Noted>> _notes = [];
    private readonly List<(FileScope File, IndexedResource Resource)> _resources = [];
    private Dictionary<(string Namespace, string Key, string Value), List<Noted>>? _podsByLabel;
    private Dictionary<string, List<Noted>>? _podsByNamespace;
    private Dictionary<(string Namespace, string Name), List<Noted>>? _services;
    private Dictionary<string, HashSet<string>>? _made;

    /// <summary>The resources, in the order of the files.</summary>
    internal IReadOnlyList<(FileScope File, IndexedResource Resource)> Resources => _resources;

    /// <summary>Adds what a document says of others.</summary>
    public void Add(FileScope file, Note note) => (CollectionsMarshal.GetValueRefOrAddDefault(_notes, note.GetType(), out _) ??= []).Add(new Noted(file, note));

    /// <summary>Adds a resource.</summary>
    public void Add(FileScope file, IndexedResource resource) => _resources.Add((file, resource));

    /// <summary>All notes of a kind, in the order of the files.</summary>
    internal IEnumerable<(Noted Noted, T Note)> All<T>() where T : Note => _notes.TryGetValue(typeof(T), out var notes) ? notes.Select(noted => (noted, (T)noted.Note)) : [];

    /// <summary>The notes of a kind that can be about the same cluster as a file.</summary>
    internal IEnumerable<T> SeenFrom<T>(FileScope file) where T : Note => All<T>().Where(one => file.Sees(one.Noted.File)).Select(one => one.Note);

    /// <summary>True when something in a namespace may stand in no file. An empty namespace is one that is not known.</summary>
    internal bool CanHoldMore(FileScope file, string space)
    {
        _made ??= All<MakesNote>().GroupBy(one => one.Note.Namespace ?? "*", one => one.Noted.File.Cluster, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        return space.Length == 0 ? _made.Values.Any(IsSeen) : (_made.TryGetValue("*", out var any) && IsSeen(any)) || (_made.TryGetValue(space, out var here) && IsSeen(here));

        bool IsSeen(HashSet<string> clusters) => file.Cluster.Length == 0 || clusters.Contains("") || clusters.Contains(file.Cluster);
    }

    /// <summary>True when a workload stands in the namespace.</summary>
    /// <remarks>Where nobody names the namespace, only what is applied together is known to be in the same one.</remarks>
    internal bool HasPods(FileScope file, string space) => PodsIn(space).Exists(noted => space.Length == 0 ? file.Together == noted.File.Together : file.Sees(noted.File));

    /// <summary>The pods in the namespace that a selector means.</summary>
    internal IEnumerable<PodsNote> Pods(FileScope file, string space, LabelDemands selector)
    {
        _podsByLabel ??= ByLabel();
        List<Noted>? least = null;
        foreach (var demand in selector.Selector.Requirements)
        {
            if (demand is not { Operator: LabelOperator.In, Values: [var value] }) continue;
            var with = _podsByLabel.GetValueOrDefault((space, demand.Key, value)) ?? [];
            if (least is null || with.Count < least.Count) least = with;
        }
        return (least ?? PodsIn(space)).Where(noted => file.Sees(noted.File)).Select(noted => (PodsNote)noted.Note).Where(selector.Matches);
    }

    /// <summary>True when a Service stands in the files.</summary>
    internal bool HasService(FileScope file, string space, string name) => Services().TryGetValue((space, name), out var found) && found.Exists(noted => file.Sees(noted.File));

    /// <summary>True when the namespace has a Service in the files.</summary>
    internal bool HasServices(FileScope file, string space) => HasService(file, space, "");

    private List<Noted> PodsIn(string space)
    {
        _podsByNamespace ??= _notes.GetValueOrDefault(typeof(PodsNote), []).GroupBy(noted => noted.Note.Subject!.Namespace, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        return _podsByNamespace.GetValueOrDefault(space, []);
    }

    private Dictionary<(string, string, string), List<Noted>> ByLabel()
    {
        var found = new Dictionary<(string, string, string), List<Noted>>();
        foreach (var (noted, pods) in All<PodsNote>())
            foreach (var (key, value) in pods.Labels.Pairs)
                (CollectionsMarshal.GetValueRefOrAddDefault(found, (pods.Identity.Namespace, key, value), out _) ??= []).Add(noted);
        return found;
    }

    private Dictionary<(string Namespace, string Name), List<Noted>> Services()
    {
        if (_services is not null) return _services;
        _services = [];
        foreach (var (noted, service) in All<ServiceNote>())
            foreach (var name in (string[])[service.Identity.Name, ""])
                (CollectionsMarshal.GetValueRefOrAddDefault(_services, (service.Identity.Namespace, name), out _) ??= []).Add(noted);
        return _services;
    }
}
