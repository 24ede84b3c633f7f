using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Fleet;
using Meshlift.Core.Restarting;

namespace Meshlift.Tests.Restarting;

/// <summary>Whose turn it is, over whole runs.</summary>
public sealed class RestartQueueTests
{
    [Fact]
    public void In_every_run_no_more_than_allowed_roll_waves_do_not_mix_and_nothing_begins_behind_a_failure() => Prop.ForAll(
        Runs(), run =>
        {
            var (waves, parallelism, choices) = run;
            var all = waves.Order().Select(wave => (Wave: $"w{wave}", Outcome: RestartOutcome.Pending)).ToList();
            foreach (var choice in choices)
            {
                var hasFailed = all.Exists(one => one.Outcome == RestartOutcome.Failed);
                var next = RestartQueue.Next(all, parallelism);
                if (hasFailed && !next.IsEmpty) return false;
                if (!next.SequenceEqual(next.Order())) return false;
                // A held one is passed by, as a budget makes it.
                if (!next.IsEmpty && choice % 3 != 0) all[next[choice % Math.Min(2, next.Length)]] = (all[next[choice % Math.Min(2, next.Length)]].Wave, RestartOutcome.InFlight);
                var inFlight = Enumerable.Range(0, all.Count).Where(i => all[i].Outcome == RestartOutcome.InFlight).ToList();
                if (inFlight.Count > parallelism || inFlight.Select(i => all[i].Wave).Distinct(StringComparer.Ordinal).Count() > 1) return false;
                if (inFlight.Count > 0 && choice % 2 == 0) all[inFlight[0]] = (all[inFlight[0]].Wave, choice % 10 == 0 ? RestartOutcome.Failed : RestartOutcome.Done);
            }
            return true;
        }).Holds();

    [Fact]
    public void Every_run_without_a_failure_comes_to_its_end() => Prop.ForAll(
        Runs(), run =>
        {
            var (waves, parallelism, _) = run;
            var all = waves.Order().Select(wave => (Wave: $"w{wave}", Outcome: RestartOutcome.Pending)).ToList();
            for (var turn = 0; turn <= all.Count; turn++)
                foreach (var i in RestartQueue.Next(all, parallelism)) all[i] = (all[i].Wave, RestartOutcome.Done);
            return all.TrueForAll(one => one.Outcome == RestartOutcome.Done);
        }).Holds();

    [Theory]
    [InlineData(1, 150)]
    [InlineData(2, 90)]
    [InlineData(9, 60)]
    public void An_estimate_adds_up_lanes_and_waves(int parallelism, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), RestartEstimate.Of([Planned("a", 30), Planned("a", 30), Planned("a", 30), Planned("b", 30), Planned("b", 30)], parallelism));

    private static PlannedRestart Planned(string wave, int seconds) =>
        new(new WorkloadKey("shop", new WorkloadName("Deployment", "web")), wave, RestartStanding.Stale, "", "", 1, 1, "", false, TimeSpan.FromSeconds(seconds));

    private static Arbitrary<(int[] Waves, int Parallelism, int[] Choices)> Runs() => (
        from waves in Gen.Choose(0, 3).ArrayOf()
        from parallelism in Gen.Choose(1, 4)
        from choices in Gen.Choose(0, 1000).ArrayOf(60)
        select (waves, parallelism, choices)).ToArbitrary();
}
