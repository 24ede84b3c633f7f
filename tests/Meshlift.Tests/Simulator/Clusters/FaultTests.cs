using System.Net;
using Meshlift.Simulator.Clusters.Faults;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>What goes wrong on purpose.</summary>
public sealed class FaultTests
{
    private const string ConfigMaps = "api/v1/namespaces/default/configmaps";

    [Theory, InlineData(409, "Conflict"), InlineData(422, "Invalid"), InlineData(500, "InternalError"), InlineData(503, "ServiceUnavailable")]
    public async Task A_refusal_comes_as_often_as_it_was_asked_for(int code, string reason)
    {
        await using var served = await ServedCluster.StartAsync();
        served.Cluster.Faults.Add(new ScheduledFault(new Fault.Refuse(code)) { Verb = "list", Resource = "configmaps", Skip = 1, Times = 1 });
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Get, ConfigMaps)).StatusCode);
        var refused = await served.SendAsync(HttpMethod.Get, ConfigMaps);
        Assert.Equal((code, reason), ((int)refused.StatusCode, (string)(await refused.JsonAsync())["reason"]!));
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Get, ConfigMaps)).StatusCode);
    }

    [Fact]
    public async Task Too_many_requests_say_when_to_come_again()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Cluster.Faults.Add(new ScheduledFault(new Fault.Refuse(429, RetryAfter: TimeSpan.FromSeconds(3))));
        var refused = await served.SendAsync(HttpMethod.Get, ConfigMaps);
        Assert.Equal((429, "3"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(3, (int)(await refused.JsonAsync())["details"]!["retryAfterSeconds"]!);
    }

    [Fact]
    public async Task Half_a_page_is_cut_off()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Cluster.Faults.Add(new ScheduledFault(new Fault.Cut(100)));
        var read = new byte[4096];
        var length = 0;
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            var body = await (await served.SendAsync(HttpMethod.Get, ConfigMaps)).Content.ReadAsStreamAsync();
            int more;
            while ((more = await body.ReadAsync(read.AsMemory(length))) > 0) length += more;
            if (length <= 100) throw new EndOfStreamException();
        });
        Assert.InRange(length, 0, 100);
    }

    [Fact]
    public async Task A_watch_breaks_inside_an_event_or_ends_with_410()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Cluster.Faults.Add(new ScheduledFault(new Fault.Expire(1)) { Verb = "watch", Times = 1 });
        served.AddConfigMap("a");
        var from = served.Cluster.Store.Version;
        served.AddConfigMap("b");
        using var watch = new StreamReader(await (await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?watch=true&resourceVersion={from}")).Content.ReadAsStreamAsync());
        Assert.StartsWith("{\"type\":\"ADDED\"", await watch.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("{\"type\":\"ERROR\"", await watch.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Null(await watch.ReadLineAsync());
        served.Cluster.Faults.Add(new ScheduledFault(new Fault.Cut(30)) { Verb = "watch" });
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var broken = new StreamReader(await (await served.SendAsync(HttpMethod.Get, $"{ConfigMaps}?watch=true&resourceVersion={from}")).Content.ReadAsStreamAsync());
            var line = await broken.ReadLineAsync();
            if (line?.Length <= 30) throw new EndOfStreamException();
        });
    }

    [Fact]
    public async Task A_server_may_never_answer()
    {
        await using var served = await ServedCluster.StartAsync();
        served.Cluster.Faults.Add(new ScheduledFault(new Fault.Silence()) { Name = "x" });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => served.Http.GetAsync(ConfigMaps + "/x", patience.Token));
        Assert.Equal(HttpStatusCode.NotFound, (await served.SendAsync(HttpMethod.Get, ConfigMaps + "/y")).StatusCode);
    }

    [Fact]
    public void The_same_seed_meets_the_same_requests()
    {
        static string Met(int seed)
        {
            var faults = new FaultSchedule();
            faults.Clear(seed);
            faults.Add(new ScheduledFault(new Fault.Silence()) { Rate = 0.3 });
            return string.Concat(Enumerable.Range(0, 200).Select(_ => faults.Next(new FaultTarget("get", "pods", "", ""), default) is null ? '.' : 'x'));
        }
        Assert.Equal(Met(7), Met(7));
        Assert.NotEqual(Met(7), Met(8));
        Assert.InRange(Met(7).Count(letter => letter == 'x'), 30, 90);
    }

    [Fact]
    public void Faults_keep_to_their_time()
    {
        var faults = new FaultSchedule();
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        faults.Add(new ScheduledFault(new Fault.Silence()) { From = noon, Until = noon.AddMinutes(1) });
        var request = new FaultTarget("get", "pods", "", "");
        Assert.Equal([true, false, false, true], new[] { noon.AddSeconds(-1), noon, noon.AddSeconds(59), noon.AddMinutes(1) }.Select(time => faults.Next(request, time) is null));
    }
}
