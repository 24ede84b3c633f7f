using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Drifting;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Engine.Drifting;

/// <summary>A live object.</summary>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Root">All of it; null for one that Git does not have.</param>
internal sealed record LiveObject(ObjectMetadata Metadata, YamlMapping? Root);

/// <summary>The live objects of the kinds and namespaces that Git speaks of: one list for each, not a request for every object.</summary>
internal sealed class LiveObjects
{
    private const string Autoscaler = "HorizontalPodAutoscaler";
    private readonly ConcurrentDictionary<ResourceIdentity, LiveObject> _objects = [];
    private readonly ConcurrentDictionary<(ApiResource Type, string Space), string> _problems = [];
    private readonly ConcurrentBag<YamlMapping> _autoscalers = [];

    /// <summary>What could not be listed though Git has nothing of it there.</summary>
    public ConcurrentBag<string> Unseen { get; } = [];

    /// <summary>Whose replicas an autoscaler sets.</summary>
    public ImmutableHashSet<string> Scaled { get; private set; } = [];

    public static async Task<LiveObjects> ReadAsync(ClusterClient client, ImmutableArray<Target> targets, Discovery discovery, bool findsLeftOvers, CancellationToken cancel)
    {
        var live = new LiveObjects();
        var stated = targets.Where(target => target.Type is not null).ToLookup(target => (Type: target.Type!, Space: target.Identity.Namespace));
        var lists = stated.Select(group => group.Key).ToHashSet();
        var spaces = targets.Select(target => target.Identity.Namespace).Where(space => space.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var types = discovery.Resources.Select(served => served.Resource).DistinctBy(type => (type.Group, type.Kind)).ToList();
        foreach (var type in types.Where(type => findsLeftOvers ? LeftOvers.Kinds.Contains((type.Group, type.Kind)) : type is { Group: "autoscaling", Kind: Autoscaler }))
            foreach (var space in type.IsNamespaced ? spaces : findsLeftOvers ? [""] : [])
                // The same objects in another version of their group are not asked for twice.
                if (!lists.Any(list => list.Space == space && list.Type.Group == type.Group && list.Type.Kind == type.Kind))
                    lists.Add((type, space));
        await Parallel.ForEachAsync(lists, new ParallelOptions { MaxDegreeOfParallelism = ClusterComparison.MostAtOnce, CancellationToken = cancel }, async (list, stop) =>
            await live.ListAsync(client, list.Type, list.Space, stated[list].Select(target => target.Identity.Name).ToHashSet(StringComparer.Ordinal), stop));
        live.Scaled = Autoscalers.Targets(live._autoscalers);
        return live;
    }

    /// <summary>The live object; null when there is none.</summary>
    public LiveObject? Find(ResourceIdentity identity) => _objects.GetValueOrDefault(identity);

    /// <summary>Why it is not known whether there is one; null when it is.</summary>
    public string? Problem(Target target) => _problems.GetValueOrDefault((target.Type!, target.Identity.Namespace));

    /// <summary>The objects that came from the same source and that Git no longer has.</summary>
    public IEnumerable<DriftFinding> LeftOver(IEnumerable<Target> targets, LeftOvers rule)
    {
        var stated = targets.Select(target => target.Identity).ToHashSet();
        foreach (var (identity, one) in _objects)
            if (!stated.Contains(identity) && rule.Reason(identity, one.Metadata) is { } reason)
                yield return new DriftFinding(DriftKind.LeftOver, identity, "", [], reason);
    }

    private async Task ListAsync(ClusterClient client, ApiResource type, string space, HashSet<string> stated, CancellationToken cancel)
    {
        var metadata = ObjectMetadata.Reader(LeftOvers.Annotations);
        // Of kinds with large objects (CRDs, ConfigMaps) a cluster has many that are none of Git's.
        ItemReader<LiveObject> reader = (json, strings) => metadata(json, strings) is var one && (type.Kind == Autoscaler || stated.Contains(one.Name)) ? new LiveObject(one, JsonNodes.Whole(json, strings)) : new LiveObject(one, null);
        try
        {
            var query = new ListQuery(type.IsNamespaced ? space : null) { MetadataOnly = stated.Count == 0 && type.Kind != Autoscaler };
            foreach (var item in (await client.ListAsync(type, query, reader, cancel)).Items)
            {
                _objects[new ResourceIdentity(type.Group, type.Kind, item.Metadata.Namespace, item.Metadata.Name)] = item;
                if (type.Kind == Autoscaler && item.Root is { } root) _autoscalers.Add(root);
            }
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: not 401 })
        {
            if (stated.Count > 0) _problems[(type, space)] = e.Message;
            else Unseen.Add(e.Message);
        }
    }
}
