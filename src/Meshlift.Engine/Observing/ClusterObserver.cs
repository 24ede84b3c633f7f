using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Engine.Observing;

/// <summary>Reads what is needed of one cluster, and nothing else.</summary>
/// <param name="client">Speaks to the cluster.</param>
public sealed class ClusterObserver(ClusterClient client)
{
    // Every object of a control plane carries it (chart istio-discovery).
    internal const string OfIstio = "istio.io/rev";

    /// <summary>Reads the cluster.</summary>
    /// <param name="name">What it is called in the answer.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What was seen; what a missing permission hides is told in <see cref="ClusterStatus.Unseen"/>.</returns>
    /// <exception cref="UserException">Pods, namespaces or webhooks cannot be read: without them nothing is known.</exception>
    public async Task<ClusterStatus> ObserveAsync(string name, CancellationToken cancel)
    {
        var pods = client.ListAsync(ApiResources.Pods, new ListQuery { PageSize = 1000 }, PodItem.Reader(PodReading.Annotations), cancel);
        var scene = await SceneAsync(cancel);
        var judgement = scene.Judgement();
        var judged = (await pods).Items.Where(pod => pod.IsRunning).Select(judgement.Of);
        return scene.StatusOf(name, judged);
    }

    /// <summary>Reads everything but the pods.</summary>
    /// <exception cref="UserException">Namespaces or webhooks cannot be read.</exception>
    public async Task<ClusterScene> SceneAsync(CancellationToken cancel)
    {
        var unseen = new List<string>();
        var namespaces = client.ListAsync(ApiResources.Namespaces, new ListQuery(), NamespaceItem.Reader(), cancel);
        var webhooks = client.ListAsync(ApiResources.MutatingWebhooks, new ListQuery(), JsonNodes.Whole, cancel);
        var configs = TryAsync(() => client.ListAsync(ApiResources.ConfigMaps, new ListQuery { Labels = OfIstio }, JsonNodes.Whole, cancel), unseen);
        var services = TryAsync(() => client.ListAsync(ApiResources.Services, new ListQuery { Labels = OfIstio }, JsonNodes.Whole, cancel), unseen);
        var planes = TryAsync(() => client.ListAsync(ApiResources.Deployments, new ListQuery { Labels = ControlPlane.Selector }, WorkloadItem.Reader(), cancel), unseen);
        var gateways = TryAsync(() => client.ListAsync(ApiResources.Gateways, new ListQuery { MetadataOnly = true }, ObjectMetadata.Reader(), cancel), unseen, mayBeAbsent: true);
        var version = TryAsync(async () => new ClusterList<ServerVersion>([await client.VersionAsync(cancel)], "", false), unseen);
        var resources = new List<Resource>();
        foreach (var (kind, list) in new[] { (ApiResources.MutatingWebhooks, await webhooks), (ApiResources.ConfigMaps, await configs), (ApiResources.Services, await services) })
            resources.AddRange((list?.Items ?? []).Select(root => Of(kind, root, client.Access.Name)));
        await AddCalledServicesAsync(resources, unseen, cancel);
        return new ClusterScene(
            (await version)?.Items[0].GitVersion ?? "", MeshInjection.Read(resources), (await namespaces).Items.ToImmutableSortedDictionary(space => space.Metadata.Name, space => space.Metadata.Labels, StringComparer.Ordinal),
            [.. ((await planes)?.Items ?? []).Select(ControlPlane.Of)], (await gateways)?.Items.ToImmutableDictionary(gateway => $"{gateway.Namespace}/{gateway.Name}", gateway => gateway.Labels, StringComparer.Ordinal) ?? ImmutableDictionary<string, Labels>.Empty,
            [.. unseen.Order(StringComparer.Ordinal)]);
    }

    /// <summary>A Service that a webhook calls may have been made by hand and carry no label; whether it is there decides whether pods can be created.</summary>
    private async Task AddCalledServicesAsync(List<Resource> resources, List<string> unseen, CancellationToken cancel)
    {
        var known = resources.Where(resource => resource.Identity is { Group: "", Kind: "Service" }).Select(resource => $"{resource.Identity.Namespace}/{resource.Identity.Name}").ToHashSet(StringComparer.Ordinal);
        foreach (var called in resources.SelectMany(InjectionWebhook.Read).Select(webhook => webhook.Service).OfType<string>().Distinct(StringComparer.Ordinal).Where(called => !known.Contains(called)).ToList())
        {
            if (called.Split('/') is not [{ Length: > 0 } space, { Length: > 0 } service]) continue;
            try
            {
                if (await client.FindAsync(ApiResources.Services, space, service, JsonNodes.Whole, cancel) is { } root) resources.Add(Of(ApiResources.Services, root, client.Access.Name));
            }
            catch (UserException e)
            {
                unseen.Add(e.Message);
            }
        }
    }

    /// <summary>An object of a list, whose items do not say their kind (Kubernetes API conventions, "Lists and simple kinds").</summary>
    internal static Resource Of(ApiResource kind, YamlMapping root, string cluster)
    {
        var metadata = root["metadata"] as YamlMapping;
        var identity = new ResourceIdentity(kind.Group, kind.Kind, (metadata?["namespace"] as YamlScalar)?.Value ?? "", (metadata?["name"] as YamlScalar)?.Value ?? "");
        return new Resource(identity, root, $"{cluster}: {identity}");
    }

    /// <summary>What the rest can do without.</summary>
    private static async Task<ClusterList<T>?> TryAsync<T>(Func<Task<ClusterList<T>>> list, List<string> unseen, bool mayBeAbsent = false)
    {
        try
        {
            return await list();
        }
        catch (UserException e)
        {
            // A kind that the server does not have has no objects.
            if (mayBeAbsent && e.InnerException is Rejection { Status.Code: 404 }) return null;
            lock (unseen) unseen.Add(e.Message);
            return null;
        }
    }
}
