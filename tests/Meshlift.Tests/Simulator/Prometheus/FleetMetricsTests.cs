using Meshlift.Simulator.Prometheus;

namespace Meshlift.Tests.Simulator.Prometheus;

public sealed class FleetMetricsTests : IAsyncLifetime
{
    private const string Share = "sum(rate(istio_requests_total{response_code=~\"5..\",reporter=\"destination\"}[5m])) / sum(rate(istio_requests_total{reporter=\"destination\"}[5m]))";
    private MeasuredFleet _fleet = null!;

    public async Task InitializeAsync() => _fleet = await MeasuredFleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task Requests_are_those_of_the_ready_pods_and_the_same_at_every_time()
    {
        var rate = await _fleet.NumberAsync("sum(rate(istio_requests_total{reporter=\"destination\",cluster=\"eu\"}[5m]))");
        Assert.Equal(Math.Round(rate!.Value / 4) * 4, rate.Value, 6);
        _fleet.Eu.SetStatus("v1", "Pod", "shop", "web-0", """{"conditions":[{"type":"Ready","status":"False"}]}""");
        _fleet.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(rate.Value * 3 / 4, (await _fleet.NumberAsync("sum(rate(istio_requests_total{reporter=\"destination\",cluster=\"eu\"}[5m]))"))!.Value, 6);
        Assert.Equal(rate.Value, (await _fleet.NumberAsync("sum(rate(istio_requests_total{reporter=\"destination\",cluster=\"eu\"}[5m] offset 10m))"))!.Value, 6);
    }

    [Fact]
    public async Task Errors_come_and_go_as_planned_where_they_are_planned()
    {
        Assert.InRange((await _fleet.NumberAsync(Share))!.Value, 0.0001, 0.001);
        _fleet.Plan.Add(new MetricChange(MetricKind.Errors, 0.1) { Cluster = "eu", Namespace = "shop", Revision = "1-29-6", From = _fleet.Clock.GetUtcNow(), Until = _fleet.Clock.GetUtcNow() + TimeSpan.FromMinutes(20) });
        _fleet.Clock.Advance(TimeSpan.FromMinutes(10));
        var byCluster = await _fleet.ResultAsync(Share.Replace("sum(", "sum by (cluster) (", StringComparison.Ordinal));
        Assert.Equal(["eu:0.1", "us:0.0002"], byCluster.Select(one => $"{one!["metric"]!["cluster"]}:{Math.Round(MeasuredFleet.Value(one), 6).ToString(System.Globalization.CultureInfo.InvariantCulture)}").Order(StringComparer.Ordinal));
        // What was counted before stays as it was: half of this range lies before the errors.
        Assert.InRange((await _fleet.NumberAsync(Share.Replace("5m", "20m", StringComparison.Ordinal).Replace("{", "{cluster=\"eu\",", StringComparison.Ordinal)))!.Value, 0.049, 0.052);
        _fleet.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.InRange((await _fleet.NumberAsync(Share))!.Value, 0.0001, 0.001);
    }

    [Fact]
    public async Task Pods_of_a_new_revision_begin_at_zero()
    {
        MeasuredFleet.AddIstiod(_fleet.Eu, "1-30-3", "1.30.3");
        MeasuredFleet.AddPod(_fleet.Eu, "new", "1-30-3", "1.30.3");
        const string query = "sum(istio_requests_total{revision=\"1-30-3\",reporter=\"source\"})";
        Assert.Equal(0, await _fleet.NumberAsync(query));
        _fleet.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await _fleet.NumberAsync(query) >= 60);
        _fleet.Eu.Delete("v1", "Pod", "shop", "new");
        _fleet.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _fleet.NumberAsync(query));
    }

    [Fact]
    public async Task Control_planes_tell_their_version_and_that_of_their_proxies()
    {
        MeasuredFleet.AddIstiod(_fleet.Eu, "1-30-3", "1.30.3");
        MeasuredFleet.AddPod(_fleet.Eu, "new", "1-30-3", "1.30.3");
        Assert.Equal(4, await _fleet.NumberAsync("sum(pilot_xds{cluster=\"eu\",version=\"1.29.6\"})"));
        Assert.Equal(1, await _fleet.NumberAsync("pilot_xds{revision=\"1-30-3\"}"));
        Assert.Equal(2, await _fleet.NumberAsync("count(istio_build{component=\"pilot\",cluster=\"eu\"})"));
        Assert.Equal(1, await _fleet.NumberAsync("count(istio_build{component=\"proxy\",tag=\"1.30.3\"})"));
        Assert.Equal(3, await _fleet.NumberAsync("sum(up{job=\"istiod\"})"));
        Assert.Equal(9, await _fleet.NumberAsync("sum(kube_pod_status_ready{condition=\"true\"})"));
    }

    [Theory]
    [InlineData(MetricKind.Memory, 2, "avg(process_resident_memory_bytes)", 2), InlineData(MetricKind.Memory, 3, "max(container_memory_working_set_bytes{container=\"discovery\"})", 3)]
    [InlineData(MetricKind.Cpu, 4, "sum(rate(container_cpu_usage_seconds_total{container=\"discovery\"}[5m]))", 4)]
    [InlineData(MetricKind.Traffic, 2, "sum(rate(istio_requests_total[5m]))", 2), InlineData(MetricKind.Cardinality, 1.5, "sum(prometheus_tsdb_head_series)", 1.5)]
    [InlineData(MetricKind.Convergence, 5, "sum(rate(pilot_proxy_convergence_time_sum[5m])) / sum(rate(pilot_proxy_convergence_time_count[5m]))", 5)]
    [InlineData(MetricKind.Latency, 3, "sum(rate(istio_request_duration_milliseconds_sum[5m])) / sum(rate(istio_request_duration_milliseconds_count[5m]))", 3)]
    public async Task Each_kind_of_change_shows_in_its_metric(MetricKind kind, double value, string query, double factor)
    {
        var before = await _fleet.NumberAsync(query);
        _fleet.Plan.Add(new MetricChange(kind, value) { From = _fleet.Clock.GetUtcNow() });
        _fleet.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(factor, (await _fleet.NumberAsync(query))!.Value / before!.Value, 3);
    }

    [Fact]
    public async Task Rejected_pushes_and_slow_ones_are_seen_in_their_own_metrics()
    {
        Assert.Equal(0, await _fleet.NumberAsync("sum(increase(pilot_total_xds_rejects[5m]))"));
        const string slow = "histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[5m])))";
        Assert.InRange((await _fleet.NumberAsync(slow))!.Value, 0.1, 0.5);
        _fleet.Plan.Add(new MetricChange(MetricKind.Rejects, 0.5) { Cluster = "us", From = _fleet.Clock.GetUtcNow() });
        _fleet.Plan.Add(new MetricChange(MetricKind.Convergence, 100) { From = _fleet.Clock.GetUtcNow() });
        _fleet.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0.5, (await _fleet.NumberAsync("sum(rate(pilot_total_xds_rejects[5m]))"))!.Value, 6);
        Assert.InRange((await _fleet.NumberAsync(slow))!.Value, 10, 30);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_numbers()
    {
        await using var other = await MeasuredFleet.StartAsync();
        const string query = "sum by (cluster, le) (istio_request_duration_milliseconds_bucket)";
        Assert.Equal((await _fleet.ResultAsync(query)).ToJsonString(), (await other.ResultAsync(query)).ToJsonString());
    }

    [Fact]
    public async Task Thousands_of_pods_have_the_series_of_their_workloads()
    {
        await using var many = await MeasuredFleet.StartAsync(pods: 1000);
        Assert.Equal(251 * 4, await many.NumberAsync("count(istio_requests_total)"));
    }
}
