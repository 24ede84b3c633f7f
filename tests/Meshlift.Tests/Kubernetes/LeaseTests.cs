using Meshlift.Adapters.Kubernetes;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Leases;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Kubernetes;

public sealed class LeaseTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    /// <summary>A server with one Lease, which refuses those who write another version than the last.</summary>
    private sealed class LeaseServer
    {
        private readonly Lock _gate = new();
        private YamlMapping? _lease;
        private long _version;

        public Task AnswerAsync(HttpContext context, SeenRequest request)
        {
            lock (_gate)
            {
                if (request.Method == "GET")
                    return _lease is null ? ApiServer.RefuseAsync(context, 404, "NotFound", "none") : context.Response.WriteAsync(System.Text.Encoding.UTF8.GetString(JsonNodes.Write(_lease)));
                var body = (YamlMapping)JsonNodes.Read(System.Text.Encoding.UTF8.GetBytes(request.Body));
                var metadata = (YamlMapping)body["metadata"]!;
                if (request.Method == "POST" ? _lease is not null : metadata["resourceVersion"]?.ToString() != _version.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    return ApiServer.RefuseAsync(context, 409, request.Method == "POST" ? "AlreadyExists" : "Conflict", "too late");
                _version++;
                _lease = body.With("metadata", metadata.With("resourceVersion", _version.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                return context.Response.WriteAsync(System.Text.Encoding.UTF8.GetString(JsonNodes.Write(_lease)));
            }
        }
    }

    private sealed class HandClock : TimeProvider
    {
        private DateTimeOffset _now = Now;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Pass(double seconds) => _now += TimeSpan.FromSeconds(seconds);
    }

    private static async Task<ApiServer> ServeAsync()
    {
        var lease = new LeaseServer();
        ApiServer? server = null;
        server = await ApiServer.StartAsync((context, number) => lease.AnswerAsync(context, server!.Requests.Last(request => request.Method == context.Request.Method)));
        return server;
    }

    [Fact]
    public async Task Of_several_instances_one_leads_and_another_follows_when_it_is_gone()
    {
        await using var server = await ServeAsync();
        using var client = server.Client();
        var clock = new HandClock();
        var one = new LeaseElection(client, "mesh", "meshlift", "one", LeaseTimes.Default, clock);
        var two = new LeaseElection(client, "mesh", "meshlift", "two", LeaseTimes.Default, clock);
        Assert.True(await one.TryAsync(default));
        Assert.False(await two.TryAsync(default));
        Assert.Equal("one", two.Holder);
        clock.Pass(9);
        Assert.True(one.Leads);
        clock.Pass(2);
        Assert.False(one.Leads);
        Assert.False(await two.TryAsync(default));
        clock.Pass(5);
        Assert.True(await two.TryAsync(default));
        Assert.True(two.Leads);
        Assert.False(await one.TryAsync(default));
        Assert.False(one.Leads);
        await one.ReleaseAsync(default);
        Assert.False(await one.TryAsync(default));
        await two.ReleaseAsync(default);
        Assert.False(two.Leads);
        Assert.True(await one.TryAsync(default));
    }

    [Fact]
    public async Task A_leader_works_and_lets_go()
    {
        await using var server = await ServeAsync();
        using var client = server.Client();
        var times = LeaseTimes.Default with { Interval = TimeSpan.FromMilliseconds(5) };
        var one = new LeaseElection(client, "mesh", "meshlift", "one", times, TimeProvider.System);
        var two = new LeaseElection(client, "mesh", "meshlift", "two", times, TimeProvider.System);
        var renewals = new TaskCompletionSource();
        var first = one.RunAsync(async _ =>
        {
            while (server.Requests.Count(request => request.Method == "PUT") < 3) await Task.Yield();
            renewals.SetResult();
        }, default);
        await renewals.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.True(await first);
        Assert.True(await two.RunAsync(_ => Task.CompletedTask, default));
    }

    [Fact]
    public void A_lease_of_another_holds_for_its_duration_by_the_own_clock()
    {
        var record = new LeaseRecord("other", Duration, Now.AddYears(-3), Now.AddYears(-3), 4);
        var seen = LeaseDecision.See(null, record, Now);
        Assert.Same(seen, LeaseDecision.See(seen, record with { }, Now.AddSeconds(5)));
        Assert.Equal(new LeaseStep.Wait("other", TimeSpan.FromSeconds(10)), LeaseDecision.Next(seen, "self", Duration, Now.AddSeconds(5)));
        Assert.Equal(new LeaseStep.Hold(new LeaseRecord("self", Duration, Now.AddSeconds(15), Now.AddSeconds(15), 5)), LeaseDecision.Next(seen, "self", Duration, Now.AddSeconds(15)));
        var renewed = LeaseDecision.See(seen, record with { Renewed = Now }, Now.AddSeconds(14));
        Assert.Equal(new LeaseStep.Wait("other", TimeSpan.FromSeconds(14)), LeaseDecision.Next(renewed, "self", Duration, Now.AddSeconds(15)));
    }

    [Fact]
    public void A_lease_of_nobody_is_taken_and_the_own_is_renewed()
    {
        Assert.Equal(new LeaseStep.Hold(new LeaseRecord("self", Duration, Now, Now, 0)), LeaseDecision.Next(null, "self", Duration, Now));
        var free = new LeaseSight(new LeaseRecord("", TimeSpan.FromHours(1), null, null, 1), Now);
        Assert.Equal(new LeaseStep.Hold(new LeaseRecord("self", Duration, Now, Now, 2)), LeaseDecision.Next(free, "self", Duration, Now));
        var own = new LeaseSight(new LeaseRecord("self", Duration, Now, Now, 2), Now);
        Assert.Equal(new LeaseStep.Hold(new LeaseRecord("self", Duration, Now, Now.AddSeconds(2), 2)), LeaseDecision.Next(own, "self", Duration, Now.AddSeconds(2)));
        Assert.Null(LeaseDecision.Release(free.Record, "self", Now));
        Assert.Equal("", LeaseDecision.Release(own.Record, "self", Now)!.Holder);
    }

    [Fact]
    public void A_lease_is_written_as_it_was_but_for_what_changes()
    {
        var lease = (YamlMapping)JsonNodes.Read("""{"metadata":{"name":"m","resourceVersion":"3"},"spec":{"preferredHolder":"x"}}"""u8);
        var record = new LeaseRecord("self", Duration, Now, Now.AddTicks(10), 2);
        var written = record.Write(lease);
        Assert.Equal("""{"metadata":{"name":"m","resourceVersion":"3"},"spec":{"preferredHolder":"x","holderIdentity":"self","leaseDurationSeconds":15,"leaseTransitions":2,"acquireTime":"2026-11-20T09:00:00.000000Z","renewTime":"2026-11-20T09:00:00.000001Z"}}""",
            System.Text.Encoding.UTF8.GetString(JsonNodes.Write(written)));
        Assert.Equal(record, LeaseRecord.Read(written));
        Assert.Equal(new LeaseRecord("", TimeSpan.Zero, null, null, 0), LeaseRecord.Read(YamlMapping.Empty));
    }
}
