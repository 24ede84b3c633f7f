using System.Collections.Immutable;
using System.Net;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Kubernetes;

/// <summary>A document with the validator by which it can be asked for again.</summary>
/// <param name="ETag">The validator; null when the server gives none.</param>
/// <param name="Content">The document.</param>
public sealed record ApiDocument(string? ETag, ReadOnlyMemory<byte> Content);

/// <summary>The version of an API server.</summary>
/// <param name="GitVersion">Such as <c>v1.33.2</c> or <c>v1.32.5-eks-3a1d</c>.</param>
/// <param name="Major">Such as <c>1</c>.</param>
/// <param name="Minor">Such as <c>33</c>; some providers write <c>33+</c>.</param>
public sealed record ServerVersion(string GitVersion, string Major, string Minor);

public sealed partial class ClusterClient
{
    private const string AggregatedForm =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    /// <summary>The version of the server.</summary>
    /// <exception cref="UserException">It is not known.</exception>
    public async Task<ServerVersion> VersionAsync(CancellationToken cancel)
    {
        var root = await ReadAsync("version", ApiRequest.Json, cancel);
        return new ServerVersion(Text(root, "gitVersion"), Text(root, "major"), Text(root, "minor"));
    }

    /// <summary>The kinds that the server serves: by the aggregated form where it has it (1.27 and later), else group by group.</summary>
    /// <returns>The kinds; a group whose own server is away is named, not left out.</returns>
    /// <exception cref="UserException">Nothing is known.</exception>
    public async Task<Discovery> DiscoverAsync(CancellationToken cancel)
    {
        var core = await ReadAsync("api", AggregatedForm, cancel);
        var groups = await ReadAsync("apis", AggregatedForm, cancel);
        if (Text(core, "kind") == "APIGroupDiscoveryList" && Text(groups, "kind") == "APIGroupDiscoveryList")
        {
            var (first, second) = (Discovery.ReadAggregated(core), Discovery.ReadAggregated(groups));
            return new Discovery(first.Resources.AddRange(second.Resources), first.Unknown.AddRange(second.Unknown));
        }
        var versions = Discovery.ReadGroups(groups).SelectMany(group => group.Versions.Select(version => (group.Group, Version: version))).Prepend((Group: "", Version: "v1")).ToList();
        var found = new ImmutableArray<ServedResource>?[versions.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, versions.Count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (index, token) =>
        {
            var (group, version) = versions[index];
            try
            {
                var root = await ReadAsync(group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}", ApiRequest.Json, token);
                found[index] = Discovery.ReadVersion(group, version, root);
            }
            catch (UserException e) when (e.InnerException is Rejection { Status.Code: 404 or 503 or 500 })
            {
                // The server behind an aggregated group is away; the others are there.
            }
        });
        return new Discovery(
            [.. found.Where(one => one is not null).SelectMany(one => one!.Value)],
            [.. versions.Where((_, index) => found[index] is null).Select(version => version.Group.Length == 0 ? version.Version : $"{version.Group}/{version.Version}")]);
    }

    /// <summary>A document of the server, such as <c>openapi/v3</c>, <c>openapi/v3/apis/apps/v1</c> or <c>openapi/v2</c>.</summary>
    /// <param name="path">Its path below the server's address, without a leading slash.</param>
    /// <param name="known">The document as it was before; null for nothing.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The document; <paramref name="known"/> itself when it is still the same.</returns>
    /// <exception cref="UserException">The server gives none.</exception>
    public Task<ApiDocument> DocumentAsync(string path, ApiDocument? known, CancellationToken cancel) => SendAsync(
        new ApiRequest(new RequestName(Access.Name, "get", "/" + path.Split('?')[0], "", ""), HttpMethod.Get, path.TrimStart('/')) { IfNoneMatch = known?.ETag },
        async answer => answer.Response.StatusCode == HttpStatusCode.NotModified && known is not null
            ? known
            : new ApiDocument(answer.Response.Headers.ETag?.ToString(), await answer.Body.RestAsync(_settings.LargestBody)),
        cancel);

    private Task<YamlMapping> ReadAsync(string path, string accept, CancellationToken cancel) => SendAsync(
        new ApiRequest(new RequestName(Access.Name, "get", "/" + path, "", ""), HttpMethod.Get, path) { Accept = accept },
        async answer => JsonNodes.Whole(await answer.Body.RestAsync(_settings.LargestBody), new StringPool()),
        cancel);

    private static string Text(YamlMapping mapping, string key) => (mapping[key] as YamlScalar)?.AsString ?? "";
}
