using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Kubernetes;

public sealed class WriteTests
{
    private static readonly YamlMapping Map = YamlMapping.Of(("metadata", YamlMapping.Of(("name", "m"), ("resourceVersion", "7"))), ("data", YamlMapping.Of(("a", "ü\n"))));

    private static Task<ApiServer> EchoAsync() => ApiServer.StartAsync(async (context, _) => await context.Response.WriteAsync("""{"kind":"ConfigMap","metadata":{"name":"m","uid":"u"}}"""));

    [Fact]
    public async Task Objects_are_made_replaced_and_patched()
    {
        await using var server = await EchoAsync();
        using var client = server.Client();
        await client.CreateAsync(ApiResources.ConfigMaps, "shop", Map, new WriteOptions { DryRun = true, FieldManager = "a b" }, default);
        await client.UpdateAsync(ApiResources.ConfigMaps, "shop", Map, new WriteOptions { Part = "status" }, default);
        await client.PatchAsync(ApiResources.ConfigMaps, "shop", "m", PatchForm.Json, YamlSequence.Of([]), WriteOptions.Default, default);
        await client.PatchAsync(ApiResources.ConfigMaps, "shop", "m", PatchForm.Merge, YamlMapping.Empty, WriteOptions.Default, default);
        await client.PatchAsync(ApiResources.ConfigMaps, "shop", "m", PatchForm.Strategic, YamlMapping.Empty, WriteOptions.Default, default);
        Assert.Equal(
        [
            "POST /api/v1/namespaces/shop/configmaps?fieldManager=a%20b&dryRun=All application/json",
            "PUT /api/v1/namespaces/shop/configmaps/m/status?fieldManager=meshlift application/json",
            "PATCH /api/v1/namespaces/shop/configmaps/m?fieldManager=meshlift application/json-patch+json",
            "PATCH /api/v1/namespaces/shop/configmaps/m?fieldManager=meshlift application/merge-patch+json",
            "PATCH /api/v1/namespaces/shop/configmaps/m?fieldManager=meshlift application/strategic-merge-patch+json",
        ], server.Requests.Select(request => $"{request.Method} {request.Path} {request.Headers["Content-Type"]}"));
        Assert.Equal("""{"metadata":{"name":"m","resourceVersion":"7"},"data":{"a":"ü\n"}}""", server.Requests.First().Body);
    }

    [Fact]
    public async Task An_apply_says_what_is_wanted_and_by_whom()
    {
        await using var server = await EchoAsync();
        using var client = server.Client();
        var result = await client.ApplyAsync(ApiResources.Deployments, "shop", "web", YamlMapping.Of(("spec", YamlMapping.Of(("replicas", YamlScalar.Integer(3))))), force: true, new WriteOptions { DryRun = true, FieldManager = "meshlift-restart" }, default);
        Assert.Equal("m", ((result as ApplyResult.Applied)!.Object["metadata"] as YamlMapping)!["name"]!.ToString());
        var request = Assert.Single(server.Requests);
        Assert.Equal("/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=meshlift-restart&dryRun=All&force=true", request.Path);
        Assert.Equal("application/apply-patch+yaml", request.Headers["Content-Type"]);
        Assert.Equal("""{"spec":{"replicas":3},"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"}}""", request.Body);
    }

    [Fact]
    public async Task A_conflict_of_an_apply_names_fields_and_managers()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 409, "Conflict", "Apply failed with 2 conflicts", """
            {"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" with subresource \"scale\" using apps/v1 at 2026-11-20T09:00:00Z","field":".spec.replicas"},
            {"reason":"FieldManagerConflict","message":"conflict with \"flux\"","field":".spec.template.spec.containers[name=\"web\"].image"}]}
            """));
        using var client = server.Client();
        var result = Assert.IsType<ApplyResult.Conflicted>(await client.ApplyAsync(ApiResources.Deployments, "shop", "web", YamlMapping.Empty, force: false, WriteOptions.Default, default));
        Assert.Equal(
            [new ApplyConflict("kubectl", "with subresource \"scale\" using apps/v1 at 2026-11-20T09:00:00Z", ".spec.replicas"), new ApplyConflict("flux", "", ".spec.template.spec.containers[name=\"web\"].image")],
            result.Conflicts.ToArray());
    }

    [Fact]
    public async Task Another_conflict_is_an_error()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 409, "Conflict", "the object has been modified"));
        using var client = server.Client();
        var error = await Assert.ThrowsAsync<UserException>(() => client.ApplyAsync(ApiResources.Deployments, "shop", "web", YamlMapping.Empty, force: false, WriteOptions.Default, default));
        Assert.Equal("cluster shop: patch deployments.apps 'web' in shop: the API server answered 409 Conflict: the object has been modified", error.Message);
    }

    [Fact]
    public async Task What_the_api_finds_invalid_is_an_error_of_the_input()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 422, "Invalid", "spec.replicas: must be positive"));
        using var client = server.Client();
        Assert.Equal(ErrorKind.Input, (await Assert.ThrowsAsync<UserException>(() => client.CreateAsync(ApiResources.ConfigMaps, "shop", Map, WriteOptions.Default, default))).Kind);
    }

    [Fact]
    public async Task A_deletion_tells_its_conditions_and_whether_there_was_something()
    {
        await using var server = await ApiServer.StartAsync((context, number) => number == 0 ? context.Response.WriteAsync("{}") : ApiServer.RefuseAsync(context, 404, "NotFound", "gone"));
        using var client = server.Client();
        var options = new DeleteOptions { Uid = "u", ResourceVersion = "7", Propagation = Propagation.Foreground, Grace = TimeSpan.FromSeconds(5), DryRun = true };
        Assert.True(await client.DeleteAsync(ApiResources.ConfigMaps, "shop", "m", options, default));
        Assert.Equal("""{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":5,"dryRun":["All"],"preconditions":{"uid":"u","resourceVersion":"7"}}""", server.Requests.First().Body);
        Assert.False(await client.DeleteAsync(ApiResources.ConfigMaps, "shop", "m", new DeleteOptions(), default));
    }

    [Fact]
    public async Task An_eviction_that_a_budget_holds_back_is_no_busy_server()
    {
        await using var server = await ApiServer.StartAsync((context, number) => number switch
        {
            0 => ApiServer.RefuseAsync(context, 429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", """{"causes":[{"reason":"DisruptionBudget","message":"needs 2"}],"retryAfterSeconds":10}"""),
            1 => context.Response.WriteAsync("{}"),
            _ => ApiServer.RefuseAsync(context, 404, "NotFound", "gone"),
        });
        using var client = server.Client();
        Assert.Equal(new EvictionResult.Blocked("Cannot evict pod as it would violate the pod's disruption budget.", TimeSpan.FromSeconds(10)), await client.EvictAsync("shop", "web-0", "u", dryRun: false, default));
        Assert.IsType<EvictionResult.Evicted>(await client.EvictAsync("shop", "web-0", "u", dryRun: true, default));
        Assert.IsType<EvictionResult.Gone>(await client.EvictAsync("shop", "web-0", null, dryRun: false, default));
        Assert.Equal("/api/v1/namespaces/shop/pods/web-0/eviction", server.Requests.First().Path);
        Assert.Equal("""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web-0","namespace":"shop"},"deleteOptions":{"preconditions":{"uid":"u"},"dryRun":["All"]}}""", server.Requests.ElementAt(1).Body);
    }

    [Fact]
    public async Task Kinds_are_found_by_the_aggregated_form()
    {
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(context.Request.Path == "/api"
            ? """{"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","resources":[{"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},"scope":"Namespaced","shortNames":["po"],"verbs":["get","list"],"subresources":[{"subresource":"eviction","verbs":["create"]}]}]}]}]}"""
            : """{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[]}]}]}"""));
        using var client = server.Client();
        var found = await client.DiscoverAsync(default);
        var pods = found.Find("", "Pod")!;
        Assert.Equal((ApiResources.Pods, "po", "eviction"), (pods.Resource, Assert.Single(pods.ShortNames), Assert.Single(pods.Parts)));
        Assert.Equal("metrics.k8s.io/v1beta1", Assert.Single(found.Unknown));
        Assert.Contains("apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", server.Requests.First().Headers["Accept"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kinds_are_found_by_the_old_form_too()
    {
        await using var server = await ApiServer.StartAsync((context, _) => context.Request.Path.Value switch
        {
            "/api" => context.Response.WriteAsync("""{"kind":"APIVersions","versions":["v1"]}"""),
            "/apis" => context.Response.WriteAsync("""{"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"version":"v1beta1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}},{"name":"metrics.k8s.io","versions":[{"version":"v1"}]}]}"""),
            "/api/v1" => context.Response.WriteAsync("""{"resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get"]},{"name":"pods/status","kind":"Pod","namespaced":true,"verbs":["get"]}]}"""),
            "/apis/metrics.k8s.io/v1" => ApiServer.RefuseAsync(context, 404, "NotFound", "away"),
            _ => context.Response.WriteAsync("""{"resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":["get"]}]}"""),
        });
        using var client = server.Client();
        var found = await client.DiscoverAsync(default);
        Assert.Equal(ApiResources.Deployments, found.Find("apps", "Deployment")!.Resource);
        Assert.Equal("status", Assert.Single(found.Find("", "Pod")!.Parts));
        Assert.Equal("metrics.k8s.io/v1", Assert.Single(found.Unknown));
    }

    [Fact]
    public async Task A_document_that_is_still_the_same_is_not_sent_again()
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ETag = "\"1\"";
            if (context.Request.Headers.IfNoneMatch == "\"1\"") context.Response.StatusCode = 304;
            else await context.Response.WriteAsync("{\"paths\":{}}");
        });
        using var client = server.Client();
        var first = await client.DocumentAsync("openapi/v3", null, default);
        Assert.Equal("{\"paths\":{}}"u8.ToArray(), first.Content.ToArray());
        Assert.Same(first, await client.DocumentAsync("/openapi/v3", first, default));
    }
}
