using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Restarting;
using Meshlift.Core.Selecting;

namespace Meshlift.Tests.Restarting;

/// <summary>Which workloads are restarted, and when a rollout is through.</summary>
public sealed class RestartRuleTests
{
    private const string New = "1-30-3 proxyv2:1.30.3";
    private const string Old = "1-29-6 proxyv2:1.29.6";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Deployment", "CC", "", "Current")]
    [InlineData("Deployment", "SS", "", "Stale")]
    [InlineData("StatefulSet", "CS", "", "Stale")]
    [InlineData("DaemonSet", "SS", "", "Stale")]
    [InlineData("Deployment", "SS", "paused", "Refused")]
    [InlineData("DaemonSet", "SS", "onDelete", "Refused")]
    [InlineData("StatefulSet", "SS", "partition", "Refused")]
    [InlineData("Deployment", "SS", "canary", "Refused")]
    [InlineData("Deployment", "SS", "deleted", "Reported")]
    [InlineData("Deployment", "SS", "unseen", "Refused")]
    [InlineData("Deployment", "CC", "paused", "Current")]
    [InlineData("Rollout", "SS", "unseen", "Refused")]
    [InlineData("Job", "SS", "unseen", "Reported")]
    [InlineData("Pod", "S", "unseen", "Reported")]
    [InlineData("ReplicaSet", "S", "unseen", "Reported")]
    [InlineData("Deployment", "SB", "", "Refused")]
    [InlineData("Deployment", "SX", "", "Refused")]
    [InlineData("Deployment", "SU", "", "Refused")]
    [InlineData("Deployment", "MM", "", "Current")]
    [InlineData("Deployment", "MM", "named", "Stale")]
    [InlineData("Deployment", "CC", "named", "Reported")]
    [InlineData("Deployment", "SS", "unobserved", "UnderWay")]
    [InlineData("Deployment", "SS", "updated 0", "UnderWay")]
    [InlineData("Deployment", "SSC", "updated 1", "UnderWay")]
    [InlineData("Deployment", "SSS", "updated 1", "Stale")]
    // What is expected are the old pods: the rollout leads away from it.
    [InlineData("Deployment", "CCS", "updated 1", "Stale")]
    [InlineData("Deployment", "CCS", "updated 1, for new", "UnderWay")]
    [InlineData("Deployment", "SSS", "updated 1, for new", "UnderWay")]
    [InlineData("Deployment", "SSC", "updated 1, for old", "Stale")]
    [InlineData("Deployment", "SS", "for new", "Stale")]
    [InlineData("Deployment", "CC", "unready, just now", "UnderWay")]
    [InlineData("Deployment", "CC", "unready, long ago", "Current")]
    public void A_workload_is_restarted_when_that_renews_it_and_nothing_else_does(string kind, string pods, string facts, string standing) =>
        Assert.Equal(standing, Verdict(kind, pods, facts).Standing.ToString());

    [Fact]
    public void What_is_not_restarted_says_why()
    {
        foreach (var (kind, pods, facts) in (ReadOnlySpan<(string, string, string)>)[("Deployment", "S", "paused"), ("Rollout", "S", "unseen"), ("Job", "S", "unseen"), ("Deployment", "SB", ""), ("Deployment", "S", "canary"), ("Deployment", "C", "named")])
            Assert.NotEmpty(Verdict(kind, pods, facts).Reason);
        Assert.Equal((RestartStanding.Reported, "istiod rolls it when the revision of its Gateway changes"), (Verdict("Deployment", "G", "").Standing, Verdict("Deployment", "G", "").Reason));
    }

    [Theory]
    [InlineData("", "CCC", RolloutStage.Complete)]
    [InlineData("unobserved", "CCC", RolloutStage.Waiting)]
    [InlineData("older", "CCC", RolloutStage.Waiting)]
    [InlineData("updated 2", "CCS", RolloutStage.Progressing)]
    [InlineData("current 4", "CCC", RolloutStage.Progressing)]
    [InlineData("unready", "CCC", RolloutStage.Progressing)]
    [InlineData("", "CC", RolloutStage.Settling)]
    [InlineData("", "CCS", RolloutStage.Settling)]
    [InlineData("", "CCc", RolloutStage.Settling)]
    [InlineData("", "CCM", RolloutStage.Settling)]
    [InlineData("", "CCCC", RolloutStage.Complete)]
    [InlineData("late", "CCC", RolloutStage.Failed)]
    [InlineData("late, unobserved", "CCC", RolloutStage.Waiting)]
    [InlineData("uncreatable", "CC", RolloutStage.Failed)]
    [InlineData("paused", "CCS", RolloutStage.Failed)]
    public void A_rollout_is_complete_when_its_controller_and_its_pods_say_so(string facts, string pods, RolloutStage stage) =>
        Assert.Equal(stage, RolloutReading.Of(Workload("Deployment", facts, 3), facts == "older" ? 8 : 7, Pods("Deployment", pods)).Stage);

    [Theory]
    [InlineData("Deployment", """{"replicas":4}""", 1, 1)]
    [InlineData("Deployment", """{"replicas":2,"strategy":{"rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"},"type":"RollingUpdate"}}""", 0, 1)]
    [InlineData("Deployment", """{"replicas":10,"strategy":{"rollingUpdate":{"maxUnavailable":3,"maxSurge":0},"type":"RollingUpdate"}}""", 3, 0)]
    [InlineData("Deployment", """{"replicas":3,"strategy":{"rollingUpdate":{"maxUnavailable":"10%","maxSurge":0}}}""", 1, 0)]
    [InlineData("Deployment", """{"replicas":3,"strategy":{"type":"Recreate"}}""", 3, 0)]
    [InlineData("StatefulSet", """{"replicas":3,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}}}""", 1, 0)]
    [InlineData("DaemonSet", """{"updateStrategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}}""", 0, 1)]
    [InlineData("DaemonSet", "{}", 1, 0)]
    public void A_rollout_takes_away_and_adds_as_its_controller_does(string kind, string spec, long away, long beyond) =>
        Assert.Equal(new RollingStep(away, beyond), RollingStep.Of(kind, Read($$"""{"metadata":{"name":"web"},"spec":{{spec}}}""")));

    [Theory]
    [InlineData(1, 0, "", null)]
    [InlineData(0, 0, "", "allows nothing now")]
    [InlineData(null, 0, "", "has not been counted yet")]
    [InlineData(1, 2, "", "allows 1 now, and the rollout takes 2 at once")]
    [InlineData(2, 2, "", null)]
    [InlineData(5, 0, "app", "rolls under the disruption budget one, too")]
    [InlineData(5, 0, "other", null)]
    public void A_budget_holds_what_it_does_not_allow(int? allowed, int away, string rolling, string? reason)
    {
        var web = Labelled("web", "app") with { Wanted = 8, MaxUnavailable = away.ToString(System.Globalization.CultureInfo.InvariantCulture), MaxSurge = "1" };
        var budget = BudgetItem.Reader()(Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"one","namespace":"shop","generation":2},"spec":{"selector":{"matchLabels":{"part":"app"} } },"status":{"observedGeneration":2{{(allowed is null ? "" : $",\"disruptionsAllowed\":{allowed}")}}} }"""), new StringPool());
        var hold = BudgetHold.Of(Key("web"), web, [budget], rolling.Length == 0 ? [(Key("web"), web)] : [(Key("else"), Labelled("else", rolling))]);
        if (reason is null) Assert.Null(hold);
        else Assert.EndsWith(reason, hold, StringComparison.Ordinal);
        Assert.Null(BudgetHold.Of(Key("web"), Labelled("web", "none"), [budget], []));
    }

    [Fact]
    public void A_budget_that_was_counted_before_it_was_changed_has_not_been_counted()
    {
        var budget = BudgetItem.Reader()("""{"metadata":{"name":"one","namespace":"shop","generation":3},"spec":{"selector":{}},"status":{"observedGeneration":2,"disruptionsAllowed":4}}"""u8, new StringPool());
        Assert.Null(budget.Allowed);
        Assert.True(budget.Selector!.Matches(Labels.None));
    }

    [Fact]
    public void A_larger_percentage_only_adds_namespaces()
    {
        string[] names = [.. Enumerable.Range(0, 400).Select(i => $"team-{i}")];
        HashSet<string> before = [];
        foreach (var percent in (int[])[1, 10, 40, 100])
        {
            var waves = new WaveOrder([new WaveSpec("some", null, percent)]);
            HashSet<string> now = [.. names.Where(name => waves.Of(name, Labels.None) == 0)];
            Assert.Superset(before, now);
            Assert.InRange(now.Count, (percent * 4) - 30, (percent * 4) + 30);
            before = now;
        }
        Assert.Equal(400, before.Count);
    }

    private static RestartVerdict Verdict(string kind, string pods, string facts) => RestartRule.Of(
        new WorkloadName(kind, "web"), facts.Contains("unseen", StringComparison.Ordinal) ? null : Workload(kind, facts, pods.Length), Pods(kind, pods), facts.Contains("named", StringComparison.Ordinal),
        facts == "canary" ? "web" : null, Now - TimeSpan.FromMinutes(15));

    private static WorkloadItem Workload(string kind, string facts, int wanted)
    {
        var list = facts.Split(", ");
        long Number(string name, long usual) => list.FirstOrDefault(fact => fact.StartsWith(name, StringComparison.Ordinal)) is { } fact ? fact[^1] - '0' : usual;
        var mark = list.Contains("for new") ? New : list.Contains("for old") ? Old : null;
        var at = list.Contains("just now") ? "2026-11-20T11:59:00.000Z" : list.Contains("long ago") ? "2026-11-20T11:00:00.000Z" : null;
        return new WorkloadItem(new ObjectMetadata("web", "shop") { Generation = 7, Deleted = list.Contains("deleted") ? Now : null })
        {
            Wanted = wanted, Current = Number("current", wanted), Updated = Number("updated", wanted), Available = list.Contains("unready") ? wanted - 1 : wanted, ObservedGeneration = list.Contains("unobserved") ? 6 : 7,
            Paused = list.Contains("paused"), Strategy = list.Contains("onDelete") ? "OnDelete" : "", Partition = kind == "StatefulSet" && list.Contains("partition") ? 2 : 0,
            Template = new PodTemplate { Annotations = Labels.None.With(RestartMark.For, mark).With(RestartMark.At, at) },
            Conditions = list.Contains("late") ? [new Condition("Progressing", "False", "ProgressDeadlineExceeded")] : list.Contains("uncreatable") ? [new Condition("ReplicaFailure", "True", "FailedCreate")] : [],
        };
    }

    private static ImmutableArray<ProxyStatus> Pods(string kind, string states) =>
    [
        .. states.Select((state, i) => new ProxyStatus(
            "shop", $"web-{i}", new WorkloadName(kind, "web"), state == 'G' ? ProxyRole.Managed : ProxyRole.Sidecar, "1-29-6", "proxyv2:1.29.6", null, state switch
            {
                'S' or 'G' => ProxyState.Stale,
                'M' => ProxyState.Missing,
                'B' => ProxyState.Blocked,
                'X' => ProxyState.Contested,
                'U' => ProxyState.Unknown,
                _ => ProxyState.Current,
            },
            "1-30-3", "proxyv2:1.30.3", "a reason", IsReady: state != 'c', IsNative: false, IsAmbient: false)),
    ];

    private static WorkloadKey Key(string name) => new("shop", new WorkloadName("Deployment", name));

    private static WorkloadItem Labelled(string name, string part) => new(new ObjectMetadata(name, "shop")) { Template = new PodTemplate { Labels = Labels.Of(("part", part)) } };

    private static WorkloadItem Read(string json) => WorkloadItem.Reader()(Encoding.UTF8.GetBytes(json), new StringPool());
}
