using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Access;
using Meshlift.Simulator.Clusters.Discovery;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.OpenApi;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>The API of one cluster over HTTP.</summary>
internal sealed class ClusterEndpoint(SimulatedCluster cluster, ApiServerSettings settings, ApiUsers users)
{
    private int _openWatches;
    private readonly RoleAccess _access = new(cluster);
    private readonly Reviews _reviews = new(cluster, users.ByToken);

    /// <summary>How many watches are open now.</summary>
    public int OpenWatches => Volatile.Read(ref _openWatches);

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">Its path behind the address of the cluster.</param>
    public async Task AnswerAsync(HttpContext http, string path)
    {
        http.Response.Headers.CacheControl = "no-cache, private";
        try
        {
            var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
            var user = users.Of(http) ?? throw ApiErrors.Unauthorized();
            if (await AnswerAboutServerAsync(http, segments, user)) return;
            await AnswerResourceAsync(new ApiRequest(cluster, http, user, ApiPath.Parse(segments, cluster.Catalog)));
        }
        catch (ApiException e) when (!http.Response.HasStarted)
        {
            await Answer.ErrorAsync(http, e);
        }
        catch (Exception e) when (e is not OperationCanceledException && !http.Response.HasStarted)
        {
            // As an API server does whose handler panics.
            await Answer.ErrorAsync(http, new ApiException(500, "InternalError", $"Internal error occurred: {e}"));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private async Task AnswerResourceAsync(ApiRequest request)
    {
        var path = request.Path;
        if (!(path.Type.IsReview && path.Type.Key.Group.StartsWith("auth", StringComparison.Ordinal) && path.Type.Kind.StartsWith("Self", StringComparison.Ordinal)))
            _access.Require(request.User, new AccessQuestion(request.Verb, path.Type.Key, path.Subresource, path.Namespace, path.Name));
        var resource = path.Subresource.Length == 0 ? path.Type.Key.Plural : $"{path.Type.Key.Plural}/{path.Subresource}";
        var fault = cluster.Faults.Next(new FaultTarget(request.Verb, resource, path.Namespace, path.Name), settings.Time.GetUtcNow());
        await FaultyAnswer.BeginAsync(fault, request, settings.Time);
        var write = new WriteAnswer(request);
        await (request.Verb switch
        {
            "watch" => WatchAsync(new WatchAnswer(request, settings, (fault as Fault.Expire)?.AfterEvents)),
            "list" => new ListAnswer(request).WriteAsync(),
            "get" when path.Subresource == "scale" => Answer.ScaleAsync(request, cluster.Get(path.Type, path.Namespace, path.Name)),
            "get" when path.Subresource == "log" => Answer.TextAsync(request.Http, ""),
            "get" => Answer.ObjectAsync(request, cluster.Get(path.Type, path.Namespace, path.Name), 200),
            "create" when path.Type.IsReview => ReviewAsync(request),
            "create" => write.CreateAsync(),
            "update" => write.UpdateAsync(),
            "patch" => write.PatchAsync(),
            "delete" => write.DeleteAsync(),
            _ => write.DeleteCollectionAsync(),
        });
    }

    private async Task WatchAsync(WatchAnswer watch)
    {
        Interlocked.Increment(ref _openWatches);
        try
        {
            await watch.WriteAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _openWatches);
        }
    }

    private async Task ReviewAsync(ApiRequest request)
    {
        var body = await RequestBody.ObjectAsync(request.Http.Request, request.WriteOptions());
        await Answer.JsonAsync(request.Http, 201, _reviews.Answer(request.Path.Type, body, request.User));
    }

    /// <summary>Discovery, OpenAPI, version and health.</summary>
    /// <returns>False when the path is none of those.</returns>
    private async Task<bool> AnswerAboutServerAsync(HttpContext http, string[] segments, ApiUser user)
    {
        var catalog = cluster.Catalog;
        switch (segments)
        {
            case ["healthz" or "readyz" or "livez", ..]:
                await Answer.TextAsync(http, http.Request.Query.ContainsKey("verbose") ? "[+]ping ok\n[+]etcd ok\nhealthz check passed\n" : "ok");
                return true;
            case ["version"]:
                await Answer.JsonAsync(http, 200, VersionInfo());
                return true;
        }
        if (segments is [] or ["api"] or ["apis", ..] or ["api", "v1"] or ["openapi", ..] && user == ApiUser.Anonymous) throw ApiErrors.Unauthorized();
        var accept = http.Request.Headers.Accept.ToString();
        JsonNode? document;
        switch (segments)
        {
            case []:
                document = new JsonObject { ["paths"] = new JsonArray([.. Paths()]) };
                break;
            case ["api"] or ["apis"] when Negotiation.Discovery(accept) is { } version:
                await Answer.JsonAsync(http, 200, DiscoveryDocuments.Aggregated(catalog, segments[0] == "api", version), $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
                return true;
            case ["api"]:
                document = DiscoveryDocuments.CoreVersions(http.Request.Host.Value ?? "");
                break;
            case ["apis"]:
                document = DiscoveryDocuments.Groups(catalog);
                break;
            case ["apis", var group]:
                document = DiscoveryDocuments.Group(catalog, group);
                break;
            case ["api", var version]:
                document = DiscoveryDocuments.Resources(catalog, "", version);
                break;
            case ["apis", var group, var version]:
                document = DiscoveryDocuments.Resources(catalog, group, version);
                break;
            case ["openapi", ..]:
                document = OpenApi(segments, accept);
                break;
            default:
                return false;
        }
        await Answer.JsonAsync(http, 200, document ?? throw ApiErrors.NoSuchPath());
        return true;
    }

    private JsonObject? OpenApi(string[] segments, string accept)
    {
        Negotiation.Form(accept);
        var catalog = cluster.Catalog;
        return segments switch
        {
            ["openapi", "v2"] => OpenApiDocuments.Version2(catalog, cluster.Settings.KubernetesVersion),
            ["openapi", "v3"] => OpenApiDocuments.Index(catalog),
            ["openapi", "v3", "api", var version] => OpenApiDocuments.Version3(catalog, "", version, cluster.Settings.KubernetesVersion),
            ["openapi", "v3", "apis", var group, var version] => OpenApiDocuments.Version3(catalog, group, version, cluster.Settings.KubernetesVersion),
            _ => null,
        };
    }

    private IEnumerable<JsonNode> Paths() => ((string[])["/api", "/api/v1", "/apis"])
        .Concat(cluster.Catalog.Groups().Where(group => group.Group.Length > 0).SelectMany(group => group.Versions.Select(version => $"/apis/{group.Group}/{version}").Prepend($"/apis/{group.Group}")))
        .Concat(["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]).Select(path => (JsonNode)path!);

    private JsonObject VersionInfo()
    {
        var version = cluster.Settings.KubernetesVersion;
        var numbers = version.TrimStart('v').Split('.');
        return new JsonObject
        {
            ["major"] = numbers[0], ["minor"] = numbers.ElementAtOrDefault(1) ?? "0", ["gitVersion"] = version, ["gitCommit"] = "", ["gitTreeState"] = "clean",
            ["buildDate"] = "2025-01-01T00:00:00Z", ["goVersion"] = "go1.24", ["compiler"] = "gc", ["platform"] = "linux/amd64",
        };
    }
}
