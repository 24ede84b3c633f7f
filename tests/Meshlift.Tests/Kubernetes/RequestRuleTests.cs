using FsCheck.Fluent;
using Meshlift.Adapters.Kubernetes.Transport;
using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Tests.Kubernetes;

public sealed class RequestRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(TryOutcome.Busy, Repeatable.No, true)]
    [InlineData(TryOutcome.NotSent, Repeatable.No, true)]
    [InlineData(TryOutcome.Lost, Repeatable.No, false)]
    [InlineData(TryOutcome.ServerFailed, Repeatable.No, false)]
    [InlineData(TryOutcome.Lost, Repeatable.Yes, true)]
    [InlineData(TryOutcome.ServerFailed, Repeatable.Yes, true)]
    [InlineData(TryOutcome.Final, Repeatable.Yes, false)]
    public void Only_what_is_safe_is_sent_again(TryOutcome outcome, Repeatable repeatable, bool again) =>
        Assert.Equal(again, RetryRule.Default.Pause(1, outcome, repeatable, null, 0.5) is not null);

    [Fact]
    public void Pauses_grow_within_their_bounds_and_never_end_before_the_server_says() => Prop.ForAll(
        Gen.Choose(1, 4).ToArbitrary(), Gen.Choose(0, 999).Select(chance => chance / 1000.0).ToArbitrary(), Gen.Choose(0, 70).ToArbitrary(),
        (tried, chance, seconds) =>
        {
            var own = RetryRule.Default.Pause(tried, TryOutcome.Busy, Repeatable.No, null, chance)!.Value.TotalSeconds;
            var full = 0.5 * Math.Pow(2, tried - 1);
            var asked = RetryRule.Default.Pause(tried, TryOutcome.Busy, Repeatable.No, TimeSpan.FromSeconds(seconds), chance);
            return own >= (full / 2) - 0.001 && own <= full && (seconds > 60 ? asked is null : asked >= TimeSpan.FromSeconds(seconds));
        }).Holds();

    [Theory, InlineData(500, true), InlineData(501, false), InlineData(503, true), InlineData(404, false), InlineData(429, true), InlineData(409, false)]
    public void Answers_that_change_by_themselves_are_known(int code, bool passing) => Assert.Equal(passing, RetryRule.Outcome(new ApiStatus(code, "", "")) != TryOutcome.Final);

    [Fact]
    public void A_bucket_never_gives_more_than_its_rate_and_its_size() => Prop.ForAll(
        Gen.Choose(0, 400).ListOf().ToArbitrary(),
        steps =>
        {
            var bucket = TokenBucket.Full(10, 5, Start);
            var now = Start;
            var taken = 0;
            foreach (var step in steps)
            {
                now += TimeSpan.FromMilliseconds(step);
                if (bucket.Take(now, out bucket) == TimeSpan.Zero) taken++;
            }
            return taken <= 5 + ((now - Start).TotalSeconds * 10) + 0.01;
        }).Holds();

    [Fact]
    public void A_bucket_says_when_there_is_more()
    {
        var bucket = TokenBucket.Full(10, 1, Start);
        Assert.Equal(TimeSpan.Zero, bucket.Take(Start, out bucket));
        var wait = bucket.Take(Start, out bucket);
        Assert.Equal(TimeSpan.FromMilliseconds(100), wait);
        Assert.NotEqual(TimeSpan.Zero, bucket.Take(Start - TimeSpan.FromHours(1), out _));
        Assert.Equal(TimeSpan.Zero, bucket.Take(Start + wait, out _));
    }

    [Fact]
    public async Task Of_those_that_wait_the_most_urgent_goes_first()
    {
        var clock = new StillClock();
        var rate = new RequestRate(1, 1, clock);
        await rate.TakeAsync(RequestPriority.Read, default);
        var order = new List<string>();
        var waiting = new[] { (RequestPriority.Read, "read"), (RequestPriority.Write, "write"), (RequestPriority.Lease, "lease"), (RequestPriority.Write, "write 2") }
            .Select(async one =>
            {
                await rate.TakeAsync(one.Item1, default);
                lock (order) order.Add(one.Item2);
            }).ToList();
        using var cancel = new CancellationTokenSource();
        var gone = rate.TakeAsync(RequestPriority.Lease, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        for (var done = 1; done <= waiting.Count; done++)
        {
            clock.Pass();
            await Task.WhenAll(waiting.Where(task => task.IsCompleted));
            while (waiting.Count(task => task.IsCompleted) < done) await Task.Yield();
        }
        Assert.Equal(["lease", "write", "write 2", "read"], order);
    }

    [Fact]
    public void Watches_are_begun_again_after_pauses_that_grow()
    {
        Assert.Equal([0, 0.8, 1.6, 3.2], Enumerable.Range(0, 4).Select(failures => WatchPause.After(failures, null, 0).TotalSeconds));
        Assert.Equal(45, WatchPause.After(1000, null, 0.5).TotalSeconds);
        Assert.Equal(90, WatchPause.After(1, TimeSpan.FromSeconds(90), 0).TotalSeconds);
    }

    /// <summary>A clock that moves a second when it is told to.</summary>
    private sealed class StillClock : TimeProvider
    {
        private readonly Lock _gate = new();
        private readonly List<(Action Fire, DateTimeOffset At)> _timers = [];
        private DateTimeOffset _now = Start;

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate) _timers.Add((() => callback(state), _now + dueTime));
            return new Nothing();
        }

        /// <summary>Waits for someone who waits, and lets a second pass.</summary>
        public void Pass()
        {
            SpinWait.SpinUntil(() =>
            {
                lock (_gate) return _timers.Count > 0;
            });
            List<(Action Fire, DateTimeOffset At)> due;
            lock (_gate)
            {
                _now += TimeSpan.FromSeconds(1);
                due = _timers.Where(timer => timer.At <= _now).ToList();
                _timers.RemoveAll(timer => timer.At <= _now);
            }
            foreach (var (fire, _) in due) fire();
        }

        private sealed class Nothing : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                // Nothing runs.
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
