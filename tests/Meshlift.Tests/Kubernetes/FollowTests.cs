using Meshlift.Adapters.Kubernetes.Following;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Tests.Releases;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Kubernetes;

/// <summary>Watches over connections that break in every way.</summary>
public sealed class FollowTests
{
    private static bool IsWatch(HttpContext context) => context.Request.Query.ContainsKey("watch");

    private static async Task<List<string>> FollowAsync(ApiServer server, int changes, PatientClock? clock = null, Action<string>? onChange = null)
    {
        var seen = new List<string>();
        using var client = server.Client(ApiServer.Quick(clock ?? new PatientClock()));
        using var stop = new CancellationTokenSource();
        await foreach (var change in client.FollowAsync(ApiResources.Pods, new ListQuery("shop"), PodItem.Reader(), stop.Token))
        {
            seen.Add(change switch
            {
                Change<PodItem>.Snapshot all => $"{(all.IsResync ? "again" : "all")} {string.Join(' ', all.Items.Select(pod => pod.Metadata.Name))} at {all.ResourceVersion}",
                Change<PodItem>.Added(var pod) => $"+{pod.Metadata.Name}",
                Change<PodItem>.Modified(var pod) => $"~{pod.Metadata.Name}",
                Change<PodItem>.Deleted(var pod) => $"-{pod.Metadata.Name}",
                Change<PodItem>.Interrupted(var reason) => $"interrupted: {reason}",
                _ => "resumed",
            });
            onChange?.Invoke(seen[^1]);
            if (seen.Count == changes) break;
        }
        return seen;
    }

    private static IEnumerable<string> Versions(ApiServer server) => server.Requests.Where(request => request.Path.Contains("watch=true", StringComparison.Ordinal))
        .Select(request => System.Text.RegularExpressions.Regex.Match(request.Path, "resourceVersion=([^&]*)").Groups[1].Value);

    private static async Task HangAsync(HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    [Fact]
    public async Task All_objects_come_first_and_then_every_change()
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context)) await context.Response.WriteAsync(ApiServer.Pods("5", "", "a"));
            else await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "b", "6") + ApiServer.Event("MODIFIED", "a", "7") + ApiServer.Event("DELETED", "b", "8"));
            if (IsWatch(context)) await HangAsync(context);
        });
        Assert.Equal(["all a at 5", "+b", "~a", "-b"], await FollowAsync(server, 4));
        var watch = server.Requests.Last();
        Assert.Equal("/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=450", watch.Path);
    }

    [Fact]
    public async Task An_event_that_is_cut_is_read_again_from_the_last_whole_one()
    {
        var watches = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.Response.WriteAsync(ApiServer.Pods("5", ""));
                return;
            }
            if (Interlocked.Increment(ref watches) > 1)
            {
                await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "b", "7"));
                await HangAsync(context);
                return;
            }
            await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "a", "6") + ApiServer.Event("ADDED", "b", "7")[..40]);
            // A connection that is reset takes with it what was not read yet.
            await first.Task;
            context.Abort();
        });
        Assert.Equal(["all  at 5", "+a", "+b"], await FollowAsync(server, 3, onChange: change => { if (change == "+a") first.TrySetResult(); }));
        Assert.Equal("5", Versions(server).First());
        Assert.Equal("6", Versions(server).ElementAt(1));
    }

    [Fact]
    public async Task Bookmarks_are_no_changes_but_places_to_go_on_from()
    {
        var watches = 0;
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context)) await context.Response.WriteAsync(ApiServer.Pods("5", ""));
            else if (Interlocked.Increment(ref watches) == 1) await context.Response.WriteAsync("""{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"99"}}}""");
            else
            {
                await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "a", "100"));
                await HangAsync(context);
            }
        });
        Assert.Equal(["all  at 5", "+a"], await FollowAsync(server, 2));
        Assert.Equal(["5", "99"], Versions(server));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_version_that_the_server_has_forgotten_brings_a_new_snapshot(bool inTheStream)
    {
        var watches = 0;
        var lists = 0;
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context)) await context.Response.WriteAsync(Interlocked.Increment(ref lists) == 1 ? ApiServer.Pods("5", "", "a") : ApiServer.Pods("50", "", "b"));
            else if (Interlocked.Increment(ref watches) > 1)
            {
                await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "c", "51"));
                await HangAsync(context);
            }
            else if (!inTheStream) await ApiServer.RefuseAsync(context, 410, "Expired", "too old resource version");
            else
            {
                await context.Response.WriteAsync(ApiServer.Event("ADDED", "x", "6")
                    + """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 6 (40)"}}""");
            }
        });
        string[] expected = inTheStream ? ["all a at 5", "+x", "again b at 50", "+c"] : ["all a at 5", "again b at 50", "+c"];
        Assert.Equal(expected, await FollowAsync(server, expected.Length));
        Assert.Equal(["5", "50"], Versions(server));
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_once_and_so_is_its_return()
    {
        var watches = 0;
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.Response.WriteAsync(ApiServer.Pods("5", "", "a"));
                return;
            }
            var watch = Interlocked.Increment(ref watches);
            if (watch < 5)
            {
                await ApiServer.RefuseAsync(context, 503, "ServiceUnavailable", "starting");
                return;
            }
            await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "b", "6"));
            await HangAsync(context);
        });
        var clock = new PatientClock();
        Assert.Equal(
            ["all a at 5", "interrupted: cluster shop: watch pods in shop: the API server answered 503 ServiceUnavailable: starting", "resumed", "+b"],
            await FollowAsync(server, 4, clock));
        Assert.Equal([1.2, 2.4, 4.8, 9.6], clock.Pauses.Select(pause => Math.Round(pause.TotalSeconds, 3)));
    }

    [Fact]
    public async Task A_server_that_ends_each_watch_at_once_is_not_asked_without_a_pause()
    {
        var watches = 0;
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context)) await context.Response.WriteAsync(ApiServer.Pods("5", ""));
            else if (Interlocked.Increment(ref watches) == 4)
            {
                await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "b", "6"));
                await HangAsync(context);
            }
        });
        var clock = new PatientClock();
        Assert.Equal(["all  at 5", "+b"], await FollowAsync(server, 2, clock));
        Assert.Equal(3, clock.Pauses.Count);
    }

    [Fact]
    public async Task A_watch_that_is_forbidden_ends_with_the_error()
    {
        await using var server = await ApiServer.StartAsync((context, _) =>
            IsWatch(context) ? ApiServer.RefuseAsync(context, 403, "Forbidden", "no") : context.Response.WriteAsync(ApiServer.Pods("5", "")));
        var error = await Assert.ThrowsAsync<UserException>(() => FollowAsync(server, 2));
        Assert.Equal("cluster shop: watch pods in shop: the API server answered 403 Forbidden: no", error.Message);
    }

    [Fact]
    public async Task A_first_list_that_fails_ends_with_the_error()
    {
        await using var server = await ApiServer.StartAsync((context, _) => ApiServer.RefuseAsync(context, 500, "InternalError", "broken"));
        await Assert.ThrowsAsync<UserException>(() => FollowAsync(server, 1));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Who_stops_to_listen_ends_the_watch()
    {
        var ended = new TaskCompletionSource();
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.Response.WriteAsync(ApiServer.Pods("5", ""));
                return;
            }
            await ApiServer.SendAsync(context, ApiServer.Event("ADDED", "b", "6"));
            await HangAsync(context);
            ended.TrySetResult();
        });
        await FollowAsync(server, 2);
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
    }
}
