using System.Net;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Prometheus.Query;
using Meshlift.Simulator.Prometheus.Series;
using Meshlift.Core.Selecting;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Simulator.Prometheus;

public sealed class QueryTests : IAsyncLifetime
{
    private MeasuredFleet _fleet = null!;

    public async Task InitializeAsync() => _fleet = await MeasuredFleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Theory]
    [InlineData("1 + 2 * 3", 7), InlineData("(1 + 2) * 3", 9), InlineData("2 ^ 3 ^ 2", 512), InlineData("-2 ^ 2", -4), InlineData("7 % 4 - 1", 2), InlineData("1 > bool 2", 0), InlineData("0x10", 16), InlineData("1e3", 1000)]
    [InlineData("scalar(vector(4)) / 2", 2), InlineData("scalar(up{job=\"none\"}) == bool 1", 0)]
    public async Task Numbers_are_computed(string query, double expected)
    {
        var answer = await _fleet.AskAsync($"query?query={Uri.EscapeDataString(query)}");
        Assert.Equal(("scalar", expected), (answer.At("data.resultType").AsText(), double.Parse(answer.At("data.result[1]").AsText()!, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("sum(up{job=\"istiod\"})", 2), InlineData("count(up{job!=\"istiod\"})", 5), InlineData("count(up{job=~\"ist.*|envoy.*\"})", 7), InlineData("count({__name__=\"up\",job!~\"ist.*\",})", 5)]
    [InlineData("max(up) - min(up)", 0), InlineData("avg without (pod, job) (up{cluster=\"us\",job=\"istiod\"})", 1), InlineData("sum(up) by (job) > 2", 5), InlineData("count(topk(3, up))", 3), InlineData("count(topk(1, up) by (job))", 2)]
    [InlineData("clamp(vector(7), 1, 5)", 5), InlineData("clamp_min(vector(1), 2)", 2), InlineData("clamp_max(vector(1), 0.5)", 0.5), InlineData("abs(vector(-3))", 3)]
    [InlineData("absent(nothing)", 1), InlineData("absent(up)", null), InlineData("up{pod=\"web-9\"} or vector(3)", 3), InlineData("count(up and on (job) up{job=\"istiod\"})", 2), InlineData("count(up unless on (job) up{job=\"istiod\"})", 5)]
    [InlineData("sum(up{job=\"istiod\"}) by (cluster) / ignoring (cluster) sum(up)", "422"), InlineData("sum(sum by (cluster, job) (up) / on (cluster, job) sum by (cluster, job) (up))", 4)]
    [InlineData("count(up == 1)", 7), InlineData("count(up == bool 2)", 7), InlineData("sum(up == bool 2)", 0), InlineData("max_over_time(up{cluster=\"us\",job=\"istiod\"}[1h])", 1), InlineData("sum(avg_over_time(up[5m]))", 7)]
    [InlineData("increase(container_cpu_usage_seconds_total{cluster=\"eu\"}[10m])", 30.0), InlineData("irate(container_cpu_usage_seconds_total{cluster=\"eu\"}[10m])", 0.05), InlineData("delta(container_memory_working_set_bytes{cluster=\"eu\"}[10m])", 0)]
    [InlineData("count(up offset 7d)", 7), InlineData("count(up offset 9d)", null)]
    public async Task Series_are_chosen_and_combined(string query, object? expected)
    {
        if (expected is string)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _fleet.Http.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}")).StatusCode);
            return;
        }
        var value = await _fleet.NumberAsync(query);
        double? number = expected is null ? null : Convert.ToDouble(expected, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(number, value is { } found ? Math.Round(found, 6) : null);
    }

    [Theory]
    [InlineData("", "no expression"), InlineData("sum(", "unexpected end of input"), InlineData("up{job=}", "expected string"), InlineData("up{", "unexpected end of input"), InlineData("{}", "at least one non-empty matcher"), InlineData("up{a=~\"(\"}", "regexp")]
    [InlineData("label_replace(up, \"a\", \"b\", \"c\", \"d\")", "unknown function with name \"label_replace\""), InlineData("quantile(0.5, up)", "'quantile' is not known here"), InlineData("up * on (job) group_left up", "'group_left' is not known")]
    [InlineData("rate(up[5m:1m])", "subqueries"), InlineData("rate(up)[5m]", "subqueries"), InlineData("up @ 1", "'@' is not known"), InlineData("rate(up)", "expected type range vector"), InlineData("rate(up[5])", "not a valid duration"), InlineData("sum(up[5m])", "range vector")]
    [InlineData("1 > 2", "must use BOOL"), InlineData("up + bool up", "bool modifier"), InlineData("clamp(up)", "expected 3 argument(s)"), InlineData("up and 1", "set operation"), InlineData("\"a\"", "unexpected"), InlineData("up $", "unexpected character"), InlineData("'a", "unterminated")]
    public async Task What_is_not_known_is_refused_by_its_name(string query, string why)
    {
        var response = await _fleet.Http.GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}");
        var body = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "error", "bad_data"), (response.StatusCode, body.Text("status"), body.Text("errorType")));
        Assert.Contains(why, body.Text("error")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_is_answered_step_by_step()
    {
        var now = _fleet.Clock.GetUtcNow().ToUnixTimeSeconds();
        var answer = await _fleet.AskAsync($"query_range?query=sum(up)&start={now - 120}&end={now}&step=1m");
        Assert.Equal("matrix", answer.At("data.resultType").AsText());
        Assert.Equal($"[[{now - 120},\"7\"],[{now - 60},\"7\"],[{now},\"7\"]]", answer.At("data.result[0].values")!.ToJsonString());
        Assert.Contains("11,000", (await _fleet.AskAsync("query_range?query=up&start=0&end=1000000&step=1")).Text("error"), StringComparison.Ordinal);
        Assert.Contains("\"step\"", (await _fleet.AskAsync("query_range?query=up&start=0&end=1&step=x")).Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queries_may_be_posted_as_forms()
    {
        using var form = new FormUrlEncodedContent([new("query", "sum(up)"), new("time", "2026-11-02T08:00:00Z")]);
        var answer = await (await _fleet.Http.PostAsync(new Uri("api/v1/query", UriKind.Relative), form)).JsonAsync();
        Assert.Equal("[1793606400,\"7\"]", answer.At("data.result[0].value")!.ToJsonString());
    }

    [Fact]
    public async Task Names_and_values_can_be_asked_for()
    {
        Assert.Equal("[\"eu\",\"us\"]", (await _fleet.AskAsync("label/cluster/values")).At("data")!.ToJsonString());
        Assert.Contains("\"istio_requests_total\"", (await _fleet.AskAsync("label/__name__/values")).At("data")!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("\"response_code\"", (await _fleet.AskAsync("labels?match[]=istio_requests_total")).At("data")!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, ((JsonArray)(await _fleet.AskAsync("series?match[]=up{job=\"istiod\"}")).At("data")!).Count);
        Assert.Equal("success", (await _fleet.AskAsync("status/buildinfo")).Text("status"));
        Assert.Equal(HttpStatusCode.NotFound, (await _fleet.Http.GetAsync("api/v1/admin/tsdb/snapshot")).StatusCode);
    }

    [Fact]
    public void A_rate_reaches_to_the_ends_of_its_range_but_not_below_zero()
    {
        // Ten a second, since one minute.
        var counter = new TimeSeries(Labels.None, () => (60, double.PositiveInfinity), time => 10 * (time - 60));
        Assert.Equal(600, QueryFunctions.OverRange("increase", counter, 0, 120)!.Value, 9);
        Assert.Equal(5, QueryFunctions.OverRange("rate", counter, 0, 120)!.Value, 9);
        Assert.Null(QueryFunctions.OverRange("rate", counter, 0, 60));
        Assert.Equal(10, QueryFunctions.OverRange("rate", counter, 113, 187)!.Value, 9);
    }

    [Fact]
    public void A_quantile_lies_within_its_bucket()
    {
        Sample Bucket(string le, double count) => new(Labels.Of(("le", le)), count);
        List<Sample> buckets = [Bucket("1", 50), Bucket("2", 100), Bucket("+Inf", 100)];
        Assert.Equal(1.5, QueryFunctions.Quantile(0.75, buckets)[0].Value);
        Assert.Equal(0.5, QueryFunctions.Quantile(0.25, buckets)[0].Value);
        Assert.True(double.IsNaN(QueryFunctions.Quantile(0.5, [Bucket("1", 0), Bucket("+Inf", 0)])[0].Value));
    }
}
