using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Prometheus;
using Meshlift.Simulator.Time;

namespace Meshlift.Simulator.Fleets;

/// <summary>A fleet as a file describes it: clusters whose workloads run, with proxies, delivered from Git where that is wanted, by one clock.</summary>
public sealed class SimulatedFleet : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    // What is not there after so long is not waited for: it may be meant not to come.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(20);
    private readonly List<FleetCluster> _clusters;
    private readonly int _speed;

    private SimulatedFleet(List<FleetCluster> clusters, SteppedTime time, int speed) => (_clusters, Time, _speed) = (clusters, time, speed);

    /// <summary>What its metrics show beside the ordinary; may be added to.</summary>
    public MetricPlan Metrics { get; } = new();

    /// <summary>The clusters.</summary>
    public IReadOnlyList<SimulatedCluster> Clusters => [.. _clusters.Select(cluster => cluster.Cluster)];

    /// <summary>The clock of all of them. It stands still until <see cref="RunAsync"/>, and may be moved by hand.</summary>
    public SteppedTime Time { get; }

    /// <summary>Makes a fleet and lets it settle: when this ends, everything that can be ready is.</summary>
    /// <param name="spec">What it is made of.</param>
    /// <param name="sources">Where it gets what the file only names.</param>
    /// <param name="now">What its clock shows then; it is set back by as much as the start takes.</param>
    /// <param name="tell">Is told of clusters that do not settle; null for nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Core.UserException">Something cannot be read, or the API of a cluster refuses it.</exception>
    public static async Task<SimulatedFleet> StartAsync(FleetSpec spec, FleetSources sources, DateTimeOffset now, Action<string>? tell, CancellationToken cancel)
    {
        var start = now - LongestStart - LongestStart;
        var time = new SteppedTime(start);
        var fleet = new SimulatedFleet([.. spec.Clusters.Select((cluster, number) => new FleetCluster(cluster, spec, unchecked(spec.Seed * 1_000 + number), sources, time))], time, spec.Speed);
        try
        {
            foreach (var cluster in fleet._clusters) cluster.InstallIstio();
            // Pods that are made before their control plane answers would be refused first.
            await fleet.SettleAsync(null, cancel);
            foreach (var cluster in fleet._clusters)
            {
                cancel.ThrowIfCancellationRequested();
                cluster.InstallWorkloads();
            }
            await fleet.SettleAsync(tell, cancel);
            time.Advance(now - time.GetUtcNow());
            foreach (var cluster in fleet._clusters) cluster.Trouble(now);
            foreach (var metric in spec.Metrics)
                fleet.Metrics.Add(new MetricChange(Enum.Parse<MetricKind>(metric.Change, ignoreCase: true), metric.Value)
                {
                    Cluster = metric.Cluster, Namespace = metric.Namespace, Revision = metric.Revision, From = now + metric.After, Until = metric.For is { } length ? now + metric.After + length : DateTimeOffset.MaxValue,
                });
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets time pass, and Git be delivered, until it is stopped.</summary>
    /// <param name="tell">Is told what cannot be read; null for nobody.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task RunAsync(Action<string>? tell, CancellationToken cancel)
    {
        await using var running = Time.Follow(TimeProvider.System, _speed);
        await Task.WhenAll(_clusters.Where(cluster => cluster.Agent is not null).Select(cluster => cluster.Agent!.RunAsync(cluster.Git!, tell, cancel)).Append(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel)));
    }

    /// <summary>Delivers what Git holds now, and lets time pass until all is ready or that takes too long.</summary>
    /// <param name="tell">Is told of clusters that do not settle; null for nobody.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task SettleAsync(Action<string>? tell, CancellationToken cancel)
    {
        var files = new Dictionary<FleetCluster, GitOps.GitFiles>();
        foreach (var cluster in _clusters)
            if (cluster.Git is { } read && await read(null, cancel) is { } found) files[cluster] = found;
        var open = _clusters;
        for (var passed = TimeSpan.Zero; open.Count > 0 && passed < LongestStart; passed += Step)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var (cluster, found) in files) cluster.Agent!.Deliver(found);
            Time.Advance(Step);
            open = open.FindAll(cluster => !cluster.IsSettled());
        }
        foreach (var cluster in open) tell?.Invoke($"{cluster.Cluster.Settings.Name}: not everything is ready");
    }

    /// <summary>Nothing moves any more.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters) cluster.Dispose();
        return ValueTask.CompletedTask;
    }
}
