using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Prometheus.Query;

namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>The series of several clusters, as one Prometheus that collects from all of them has them.</summary>
internal sealed class FleetSeries
{
    private readonly IReadOnlyList<ClusterSeries> _clusters;

    public FleetSeries(IEnumerable<SimulatedCluster> clusters, MetricPlan plan, TimeSpan past) => _clusters = [.. clusters.Select(cluster => new ClusterSeries(cluster, plan, past, Gate))];

    /// <summary>Held while series are read.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The series that a selector chooses.</summary>
    public List<TimeSeries> Select(Expression.Selector selector)
    {
        var named = selector.Metric.Length > 0 ? selector.Metric : selector.Labels.FirstOrDefault(label => label.Name == TimeSeries.NameLabel)?.Exactly;
        var chosen = new List<TimeSeries>();
        foreach (var cluster in _clusters)
            foreach (var series in cluster.Of(named))
                if (selector.Labels.All(label => label.Matches(series.Labels[label.Name] ?? ""))) chosen.Add(series);
        return chosen;
    }
}
