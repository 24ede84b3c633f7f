using System.Collections.Immutable;
using System.Threading.Channels;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Restarting;

namespace Meshlift.Engine.Restarting;

/// <summary>Restarts the workloads of one cluster, a few at a time, each followed until its proxies are those that are expected.</summary>
/// <remarks>It remembers nothing: what it was doing when it was killed is read from the cluster when the plan is made again.</remarks>
/// <param name="client">Speaks to the cluster.</param>
/// <param name="name">What the cluster is called.</param>
/// <param name="settings">How it is done.</param>
/// <param name="bounds">Where pauses get time and chance from.</param>
/// <param name="tell">Is told what happens, by one thread at a time.</param>
public sealed class ClusterRestart(ClusterClient client, string name, RestartSettings settings, ClientSettings bounds, Action<RestartEvent> tell)
{
    // Within it the watches of pods and of workloads, which are two, have told the same.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Channel<Action> _changes = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private List<Flight> _flights = [];
    private RestartPicture? _picture;
    private string? _lost;
    private string? _stopped;

    private DateTimeOffset Now => bounds.Time.GetUtcNow();

    /// <summary>Restarts what a plan says; once.</summary>
    /// <param name="plan">The plan; what is only reported or refused in it is left alone.</param>
    /// <param name="cancel">Gives up: what rolls goes on rolling, and is found again by the next plan.</param>
    public async Task<RestartReport> RunAsync(ImmutableArray<PlannedRestart> plan, CancellationToken cancel)
    {
        _flights = [.. plan.Where(one => one.IsRestart).Select(one => new Flight(one))];
        _picture = new RestartPicture(client, name, settings.RespectsBudgets, bounds, _changes.Writer);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var feeds = _picture.Start(settings.Timeout, stop.Token);
        // Limits run out whether anything changes or not.
        using var clock = bounds.Time.CreateTimer(_ => _changes.Writer.TryWrite(() => { }), null, Tick, Tick);
        try
        {
            while (_flights.Any(flight => flight.Outcome is RestartOutcome.Pending or RestartOutcome.InFlight))
            {
                await _changes.Reader.WaitToReadAsync(cancel);
                while (_changes.Reader.TryRead(out var change)) change();
                TellLost();
                if (!_picture.IsKnown) continue;
                foreach (var flight in _flights.Where(flight => flight.Outcome == RestartOutcome.InFlight)) await FollowAsync(flight, cancel);
                // While the cluster cannot be seen nothing more is set going in it.
                if (_lost is null) await BeginAsync(stop.Token);
                Close();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll([.. feeds, .. _flights.Select(flight => flight.Write)]);
        }
        return Report();
    }

    /// <summary>What became of the workloads so far.</summary>
    public RestartReport Report() => new(name, [.. _flights.Select(flight => new RestartResult(flight.Plan, flight.Outcome, flight.Reason, flight.IsOurs, flight.Begun is { } begun ? (flight.Ended ?? Now) - begun : TimeSpan.Zero))]);

    private async Task FollowAsync(Flight flight, CancellationToken cancel)
    {
        if (flight.IsWriting)
        {
            if (Now - flight.Begun > settings.Timeout) End(flight, RestartOutcome.Failed, $"it could not be restarted within {Duration.Format(settings.Timeout)}: {_lost ?? "the API server gave no answer"}");
            return;
        }
        if (_picture!.Find(flight.Key) is not { } workload)
        {
            End(flight, RestartOutcome.NeedsNothing, "it was deleted meanwhile");
            return;
        }
        var reading = RolloutReading.Of(workload, flight.Generation, _picture.PodsOf(flight.Key));
        if (reading.Stage == RolloutStage.Complete)
        {
            flight.Reading = reading;
            End(flight, RestartOutcome.Done, "");
            return;
        }
        flight.SettlingSince = reading.Stage == RolloutStage.Settling ? flight.SettlingSince ?? Now : null;
        var isUnsettled = _lost is null && Now - flight.SettlingSince > SettleLimit;
        if (isUnsettled && !flight.IsOurs)
        {
            // It was rolled for another reason, before there was anything to renew.
            (flight.Outcome, flight.Begun, flight.SettlingSince) = (RestartOutcome.Pending, null, null);
            return;
        }
        if (reading.Stage == RolloutStage.Failed || isUnsettled) End(flight, RestartOutcome.Failed, await ExplainAsync(flight, reading.Reason, cancel));
        else if (Now - flight.Begun > settings.Timeout)
            End(flight, RestartOutcome.Failed, await ExplainAsync(flight, $"it is not through after {Duration.Format(settings.Timeout)}: {(_lost is null ? reading.Reason : $"last seen: {reading.Reason}; {_lost}")}", cancel));
        else if (reading != flight.Reading)
        {
            flight.Reading = reading;
            // A moment in which one watch is ahead of another is no news.
            if (reading.Stage != RolloutStage.Settling) Tell(RestartEventKind.Progressed, flight, reading.Reason);
        }
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        // What rolls already is taken up at once, whose turn it ever is: it takes from the cluster what the others take.
        foreach (var flight in _flights.Where(flight => flight.Outcome == RestartOutcome.Pending && flight.Plan.Standing == RestartStanding.UnderWay && !flight.WasFollowed)) Begin(flight, cancel);
        foreach (var place in RestartQueue.Next([.. _flights.Select(flight => (flight.Plan.Wave, flight.Outcome))], settings.Parallelism))
        {
            if (_stopped is not null || _flights.Count(flight => flight.Outcome == RestartOutcome.InFlight) >= settings.Parallelism) return;
            var flight = _flights[place];
            if (Hold(flight) is { } reason)
            {
                // While others roll there is hope: they may be what the budget is used up by.
                flight.HeldSince = _flights.Exists(other => other.Outcome == RestartOutcome.InFlight) ? null : flight.HeldSince ?? Now;
                if (flight.Reason != reason) Tell(RestartEventKind.Waits, flight, reason);
                flight.Reason = reason;
                if (Now - flight.HeldSince > settings.Timeout) End(flight, RestartOutcome.Held, reason);
                continue;
            }
            if (settings.Gate is { } gate && _picture!.Find(flight.Key) is not null && await gate(flight.Plan, cancel) is { } no)
            {
                _stopped = no;
                return;
            }
            Begin(flight, cancel);
        }
    }

    private string? Hold(Flight flight) => settings.RespectsBudgets && _picture!.Find(flight.Key) is { } workload
        ? BudgetHold.Of(flight.Key, workload, _picture.Budgets, [.. _flights.Where(other => other.Outcome == RestartOutcome.InFlight).Select(other => (other.Key, Item: _picture.Find(other.Key))).Where(other => other.Item is not null).Select(other => (other.Key, other.Item!))])
        : null;

    /// <summary>Sets a workload going, or follows what goes: its state is judged once more, since the plan may be old.</summary>
    private void Begin(Flight flight, CancellationToken cancel)
    {
        var workload = _picture!.Find(flight.Key);
        var verdict = workload is null
            ? new RestartVerdict(RestartStanding.Current, "it was deleted meanwhile")
            : RestartRule.Of(flight.Key.Name, workload, _picture.PodsOf(flight.Key), flight.Plan.IsNamed, null, Now - settings.Timeout);
        flight.HeldSince = null;
        switch (verdict.Standing)
        {
            case RestartStanding.UnderWay when !flight.WasFollowed:
                (flight.Outcome, flight.Begun, flight.Generation, flight.WasFollowed) = (RestartOutcome.InFlight, Now, workload!.Metadata.Generation, true);
                flight.Reading = RolloutReading.Of(workload, flight.Generation, _picture.PodsOf(flight.Key));
                Tell(RestartEventKind.Followed, flight, verdict.Reason);
                break;
            case RestartStanding.Stale or RestartStanding.UnderWay:
                (flight.Outcome, flight.Begun, flight.IsOurs, flight.IsWriting, flight.Reason) = (RestartOutcome.InFlight, Now, true, true, "");
                flight.Reading = new RolloutReading(RolloutStage.Waiting, 0, workload!.Wanted ?? 1, "");
                flight.Write = WriteAsync(flight, workload, verdict.Target, cancel);
                break;
            case RestartStanding.Refused:
                End(flight, RestartOutcome.Held, verdict.Reason);
                break;
            default:
                End(flight, RestartOutcome.NeedsNothing, verdict.Reason.Length == 0 ? "its proxies are those that are expected" : verdict.Reason);
                break;
        }
    }

    private async Task WriteAsync(Flight flight, WorkloadItem judged, string target, CancellationToken cancel)
    {
        try
        {
            var written = await RestartWrite.RunAsync(client, bounds, flight.Plan, judged, target, cancel);
            _changes.Writer.TryWrite(() => Written(flight, written));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        catch (UserException e)
        {
            _changes.Writer.TryWrite(() => End(flight, RestartOutcome.Failed, e.Message));
        }
    }

    private void Written(Flight flight, (WorkloadItem Workload, bool IsOurs)? written)
    {
        if (flight.Outcome != RestartOutcome.InFlight) return;
        flight.IsWriting = false;
        if (written is not var (workload, isOurs))
        {
            End(flight, RestartOutcome.NeedsNothing, "it was deleted meanwhile");
            return;
        }
        (flight.Generation, flight.IsOurs) = (workload.Metadata.Generation, isOurs);
        _picture!.Put(RestartSurvey.Kinds.First(kind => kind.Kind == flight.Key.Name.Kind), workload);
        if (isOurs)
        {
            Tell(RestartEventKind.Started, flight, flight.Plan.Reason);
            return;
        }
        flight.WasFollowed = true;
        Tell(RestartEventKind.Followed, flight, "it was restarted meanwhile");
    }

    /// <summary>Behind a failure, what has not begun does not begin.</summary>
    private void Close()
    {
        var failed = _flights.Find(flight => flight.Outcome == RestartOutcome.Failed);
        if (failed is null && _stopped is null) return;
        foreach (var flight in _flights.Where(flight => flight.Outcome == RestartOutcome.Pending)) End(flight, RestartOutcome.NotStarted, failed is null ? _stopped! : $"{failed.Key} failed before its turn");
    }

    private void TellLost()
    {
        var wasLost = _lost is not null;
        _lost = _picture!.Problem;
        if (wasLost == _lost is not null) return;
        tell(new RestartEvent(Now, name, _lost is null ? RestartEventKind.Found : RestartEventKind.Lost, null, 0, 0, _lost ?? ""));
    }

    /// <summary>What the pods that are not ready say.</summary>
    private async Task<string> ExplainAsync(Flight flight, string reason, CancellationToken cancel)
    {
        foreach (var pod in _picture!.PodsOf(flight.Key).Where(pod => !pod.IsReady))
        {
            try
            {
                if (await client.FindAsync(ApiResources.Pods, pod.Namespace, pod.Pod, JsonNodes.Whole, cancel) is { } whole && PodTrouble.Of(whole) is { } trouble) return $"{reason}; {pod.Pod}: {trouble}";
            }
            catch (UserException)
            {
                // Its words would be welcome; the failure stands without them.
                return reason;
            }
        }
        return reason;
    }

    private void End(Flight flight, RestartOutcome outcome, string reason)
    {
        if (flight.Outcome is not (RestartOutcome.Pending or RestartOutcome.InFlight)) return;
        (flight.Outcome, flight.Reason, flight.Ended) = (outcome, reason, Now);
        Tell(outcome switch
        {
            RestartOutcome.Done => RestartEventKind.Done,
            RestartOutcome.Failed => RestartEventKind.Failed,
            RestartOutcome.Held => RestartEventKind.Held,
            RestartOutcome.NotStarted => RestartEventKind.NotStarted,
            _ => RestartEventKind.NeedsNothing,
        }, flight, reason);
    }

    private void Tell(RestartEventKind kind, Flight flight, string reason) => tell(new RestartEvent(Now, name, kind, flight.Plan, flight.Reading?.Done ?? 0, flight.Reading?.Wanted ?? flight.Plan.Pods, reason));

    /// <summary>A workload on its way.</summary>
    private sealed class Flight(PlannedRestart plan)
    {
        public PlannedRestart Plan => plan;

        public WorkloadKey Key => plan.Workload;

        public RestartOutcome Outcome { get; set; }

        public string Reason { get; set; } = "";

        public bool IsOurs { get; set; }

        public bool IsWriting { get; set; }

        /// <summary>True when a rollout of it that was under way was followed: a second one is not.</summary>
        public bool WasFollowed { get; set; }

        public long Generation { get; set; }

        public DateTimeOffset? Begun { get; set; }

        public DateTimeOffset? Ended { get; set; }

        public DateTimeOffset? HeldSince { get; set; }

        public DateTimeOffset? SettlingSince { get; set; }

        public RolloutReading? Reading { get; set; }

        public Task Write { get; set; } = Task.CompletedTask;
    }
}
