using System.Net;
using System.Net.Sockets;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Tests.Releases;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Kubernetes;

/// <summary>What goes wrong between a client and a server, each by a real one.</summary>
public sealed class FaultTests
{
    private static readonly YamlMapping Map = YamlMapping.Of(("metadata", YamlMapping.Of(("name", "m"))));

    [Theory, InlineData(429, "TooManyRequests"), InlineData(503, "ServiceUnavailable")]
    public async Task A_busy_server_is_asked_again_when_it_says_whatever_the_request(int code, string reason)
    {
        await using var server = await ApiServer.StartAsync((context, number) =>
        {
            if (number > 1) return context.Response.WriteAsync("""{"metadata":{"name":"m"}}""");
            context.Response.Headers.RetryAfter = "7";
            return ApiServer.RefuseAsync(context, code, reason, "slow down");
        });
        var clock = new PatientClock();
        using var client = server.Client(ApiServer.Quick(clock));
        await client.CreateAsync(ApiResources.ConfigMaps, "shop", Map, WriteOptions.Default, default);
        Assert.Equal([7.25, 7.25], clock.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_asks_for_too_long_a_pause_is_not_waited_for()
    {
        await using var server = await ApiServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return ApiServer.RefuseAsync(context, 429, "TooManyRequests", "slow down");
        });
        using var client = server.Client(ApiServer.Quick(new PatientClock()));
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Equal("cluster shop: get /version: the API server answered 429 TooManyRequests: slow down", error.Message);
        Assert.Single(server.Requests);
    }

    [Theory, InlineData(500), InlineData(502), InlineData(504)]
    public async Task A_server_that_fails_is_asked_again_only_for_what_may_be_done_twice(int code)
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, code, "InternalError", "etcd is gone"));
        using var client = server.Client(ApiServer.Quick(new PatientClock()));
        await Assert.ThrowsAsync<UserException>(() => client.CreateAsync(ApiResources.ConfigMaps, "shop", Map, WriteOptions.Default, default));
        Assert.Single(server.Requests);
        await Assert.ThrowsAsync<UserException>(() => client.PatchAsync(ApiResources.ConfigMaps, "shop", "m", PatchForm.Json, YamlSequence.Of([]), WriteOptions.Default, default));
        Assert.Equal(2, server.Requests.Count);
        await Assert.ThrowsAsync<UserException>(() => client.UpdateAsync(ApiResources.ConfigMaps, "shop", Map, WriteOptions.Default, default));
        Assert.Equal(3, server.Requests.Count);
        await Assert.ThrowsAsync<UserException>(() => client.ApplyAsync(ApiResources.ConfigMaps, "shop", "m", Map, force: false, WriteOptions.Default, default));
        Assert.Equal(8, server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_breaks_during_a_create_is_not_made_again()
    {
        await using var server = await ApiServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = server.Client(ApiServer.Quick(new PatientClock()));
        var error = await Assert.ThrowsAsync<UserException>(() => client.CreateAsync(ApiResources.ConfigMaps, "shop", Map, WriteOptions.Default, default));
        Assert.StartsWith("cluster shop: create configmaps 'm' in shop: http://127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_on()
    {
        var asked = new TaskCompletionSource();
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var clock = new PatientClock();
        using var client = server.Client(ApiServer.Quick(clock) with { Retry = RetryRule.Default with { Tries = 1 } });
        var version = client.VersionAsync(default);
        await asked.Task;
        clock.RunOut(TimeSpan.FromSeconds(60));
        var error = await Assert.ThrowsAsync<UserException>(() => version);
        Assert.EndsWith("no answer within 60 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Environment, error.Kind);
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_an_answer_is_given_up_on()
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            await ApiServer.SendAsync(context, """{"gitVersion":"v1""");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var clock = new PatientClock();
        using var client = server.Client(ApiServer.Quick(clock) with { Retry = RetryRule.Default with { Tries = 1 } });
        var version = client.VersionAsync(default);
        while (!version.IsCompleted)
        {
            clock.RunOut(TimeSpan.FromSeconds(50));
            await Task.Yield();
        }
        Assert.EndsWith("silent for 50 s in the middle of its answer", (await Assert.ThrowsAsync<UserException>(() => version)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_server_is_waited_for()
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            foreach (var letter in """{"gitVersion":"v1.33.2","major":"1","minor":"33"}""") await ApiServer.SendAsync(context, letter.ToString());
        });
        using var client = server.Client();
        Assert.Equal(new ServerVersion("v1.33.2", "1", "33"), await client.VersionAsync(default));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_tried_a_few_times()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var place = new KubeconfigPlace("config", null);
        var clock = new PatientClock();
        using var client = new ClusterClient(new ClusterAccess("away", new KubeCluster("c", new Uri($"https://127.0.0.1:{port}/"), place), new KubeUser("", place), "default"), ApiServer.Quick(clock));
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.StartsWith($"cluster away: get /version: https://127.0.0.1:{port}: no connection: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, clock.Pauses.Count);
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        await using var elsewhere = await ApiServer.OfAsync("{}");
        await using var server = await ApiServer.StartAsync((context, _) =>
        {
            context.Response.Redirect(elsewhere.Address.AbsoluteUri + "?token=secret");
            return Task.CompletedTask;
        });
        using var client = server.Client(change: access => access with { User = access.User with { Token = "hush" } });
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Contains($"302: it leads to {elsewhere.Address}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task What_rbac_forbids_is_named()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 403, "Forbidden", "User cannot list resource"));
        using var client = server.Client();
        var error = await Assert.ThrowsAsync<UserException>(() => client.ListAsync(ApiResources.Deployments, new ListQuery("shop"), WorkloadItem.Reader(), default));
        Assert.Equal("cluster shop: list deployments.apps in shop: the API server answered 403 Forbidden: User cannot list resource", error.Message);
        Assert.Equal("let the user have the RBAC verb 'list' on 'deployments.apps' in the namespace shop; 'kubectl --context shop auth can-i list deployments.apps --namespace shop' tells when it does", error.Remedy);
        Assert.Equal(403, Assert.IsType<Rejection>(error.InnerException).Status.Code);
    }

    [Fact]
    public async Task What_a_policy_of_the_cluster_refuses_is_refused()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 403, "Forbidden", "admission webhook kyverno denied the request"));
        using var client = server.Client();
        var error = await Assert.ThrowsAsync<UserException>(() => client.CreateAsync(ApiResources.ConfigMaps, "shop", Map, WriteOptions.Default, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
    }

    [Fact]
    public async Task The_page_of_a_proxy_is_shown_in_short()
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = 407;
            await context.Response.WriteAsync("<html>\n  <b>Log\u001b[31m in</b>\n" + new string('x', 100_000));
        });
        using var client = server.Client();
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.StartsWith("cluster shop: get /version: the API server answered 407: <html> <b>Log[31m in</b> xxx", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 600);
    }

    [Fact]
    public async Task No_object_is_known_to_be_none()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 404, "NotFound", "no such pod"));
        using var client = server.Client();
        Assert.Null(await client.FindAsync(ApiResources.Pods, "shop", "a", JsonNodes.Whole, default));
    }

    [Theory, InlineData("."), InlineData(".."), InlineData("a/../../nodes"), InlineData("a%2fb"), InlineData("")]
    public void A_name_leads_nowhere_else(string name) => Assert.Throws<ArgumentException>(() => ApiResources.Pods.Path("shop", name));
}
