using Meshlift.Core.Workloads;
using static Meshlift.Tests.Simulator.Workloads.RunningCluster;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>Jobs and CronJobs, as the controllers of Kubernetes run them.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly RunningCluster _cluster = new();

    [Fact]
    public void A_Job_runs_until_enough_pods_have_succeeded_and_goes_when_its_time_is_over()
    {
        _cluster.Apply(Job("load", "{parallelism: 2, completions: 3, ttlSecondsAfterFinished: 100"));
        Assert.Equal(2, _cluster.Pods().Count);
        _cluster.Pass(90);
        var job = _cluster.Get("batch/v1", "Job", "load");
        Assert.Equal((3, 0, "True"), (Number(job, "succeeded"), Number(job, "active"), Condition(job, "Complete")));
        Assert.Equal(3, _cluster.Pods().Count);
        _cluster.Pass(100);
        Assert.Empty(_cluster.All("batch/v1", "Job"));
        Assert.Empty(_cluster.Pods());
    }

    [Fact]
    public void A_Job_whose_pods_fail_gives_up()
    {
        _cluster.Apply(Job("load", "{backoffLimit: 2", "simulator.meshlift.dev/fate: crash"));
        _cluster.Pass(600);
        var job = _cluster.Get("batch/v1", "Job", "load");
        Assert.Equal((3, "BackoffLimitExceeded"), (Number(job, "failed"), Reason(job, "Failed")));
    }

    [Fact]
    public void A_Job_is_late_after_its_deadline()
    {
        _cluster.Apply(Job("load", "{activeDeadlineSeconds: 15"));
        _cluster.Pass(20);
        Assert.Equal("DeadlineExceeded", Reason(_cluster.Get("batch/v1", "Job", "load"), "Failed"));
    }

    [Fact]
    public void A_proxy_that_is_an_ordinary_container_keeps_a_Job_from_ending()
    {
        _cluster.Apply(Job("held", "{backoffLimit: 1", proxy: "containers: [{name: main, image: a}, {name: istio-proxy, image: p}]"));
        _cluster.Apply(Job("ends", "{backoffLimit: 1", proxy: "initContainers: [{name: istio-proxy, image: p, restartPolicy: Always}], containers: [{name: main, image: a}]"));
        _cluster.Pass(600);
        Assert.Equal(((string?)null, "True"), (Condition(_cluster.Get("batch/v1", "Job", "held"), "Complete"), Condition(_cluster.Get("batch/v1", "Job", "ends"), "Complete")));
    }

    [Fact]
    public void A_CronJob_starts_Jobs_at_its_times_and_keeps_a_few()
    {
        _cluster.Apply(Cron("night", "*/10 * * * *"));
        _cluster.Pass(9 * 60);
        Assert.Empty(_cluster.All("batch/v1", "Job"));
        _cluster.Pass(61);
        Assert.Single(_cluster.All("batch/v1", "Job"));
        _cluster.Pass(3640);
        Assert.Equal(3, _cluster.All("batch/v1", "Job").Count);
        var night = _cluster.Get("batch/v1", "CronJob", "night");
        Assert.Equal("2026-11-20T09:10:00Z", (string)night["status"]!["lastScheduleTime"]!);
        Assert.Equal("2026-11-20T09:10:30Z", (string)night["status"]!["lastSuccessfulTime"]!);
        _cluster.Patch("batch/v1", "CronJob", "night", """{"spec":{"suspend":true}}""");
        _cluster.Pass(3600);
        Assert.Equal("2026-11-20T09:10:00Z", (string)_cluster.Get("batch/v1", "CronJob", "night")["status"]!["lastScheduleTime"]!);
    }

    [Theory, InlineData("Forbid", 1), InlineData("Allow", 3), InlineData("Replace", 1)]
    public void Jobs_that_are_still_running_are_kept_replaced_or_joined(string policy, int running)
    {
        _cluster.Apply(Cron("night", "* * * * *", policy, "simulator.meshlift.dev/fate: never-ready"));
        _cluster.Pass(3 * 60 + 5);
        Assert.Equal(running, _cluster.All("batch/v1", "Job").Count);
    }

    [Theory]
    [InlineData("30 4 * * *", "2026-11-20T08:00:00", "2026-11-21T04:30:00")]
    [InlineData("*/15 * * * *", "2026-11-20T08:00:00", "2026-11-20T08:15:00")]
    [InlineData("0 0 29 2 *", "2026-11-20T08:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 9 1 * mon", "2026-11-20T08:00:00", "2026-11-23T09:00:00")]
    [InlineData("0 9 */2 * mon", "2026-11-20T08:00:00", "2026-11-21T09:00:00")]
    [InlineData("5/20 23 31 dec *", "2026-12-31T23:30:00", "2026-12-31T23:45:00")]
    [InlineData("@weekly", "2026-11-20T08:00:00", "2026-11-22T00:00:00")]
    [InlineData("@every 1h30m", "2026-11-20T08:00:00", "2026-11-20T09:30:00")]
    [InlineData("0 0 30 2 *", "2026-11-20T08:00:00", null)]
    public void Schedules_say_when_they_run_next(string schedule, string after, string? next) =>
        Assert.Equal(next is null ? null : At(next), CronSchedule.Read(schedule, out _)!.Next(At(after)));

    [Theory, InlineData(""), InlineData("* * * *"), InlineData("60 * * * *"), InlineData("* * * * 7"), InlineData("*/0 * * * *"), InlineData("5-1 * * * *"), InlineData("@sometimes"), InlineData("@every often"), InlineData("TZ=UTC 0 0 * * *"), InlineData("1-2-3 * * * *")]
    public void What_is_no_schedule_is_refused_with_a_reason(string schedule)
    {
        Assert.Null(CronSchedule.Read(schedule, out var fault));
        Assert.NotNull(fault);
    }

    public void Dispose() => _cluster.Dispose();

    private static DateTimeOffset At(string text) => new(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);

    private static string Job(string name, string spec, string annotations = "", string proxy = "containers: [{name: main, image: a}]") => $$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: {{name}}, namespace: default}
        spec: {{spec}}, template: {metadata: {annotations: { {{annotations}} } }, spec: {restartPolicy: Never, {{proxy}} } } }
        """;

    private static string Cron(string name, string schedule, string policy = "Allow", string annotations = "") => $$"""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: {{name}}, namespace: default}
        spec:
          schedule: "{{schedule}}"
          concurrencyPolicy: {{policy}}
          jobTemplate: {spec: {template: {metadata: {annotations: { {{annotations}} } }, spec: {restartPolicy: Never, containers: [{name: main, image: a}]} } } }
        """;
}
