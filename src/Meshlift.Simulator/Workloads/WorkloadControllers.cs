using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Time;
using Meshlift.Simulator.Workloads.Kubelets;
using Meshlift.Simulator.Workloads.Rollouts;

namespace Meshlift.Simulator.Workloads;

/// <summary>Everything in a cluster that makes workloads run: the controllers of Kubernetes, a scheduler, kubelets, and a cloud that gives addresses.</summary>
/// <remarks>Controllers act within the write that concerns them; what takes time happens by the clock of the cluster.</remarks>
public sealed class WorkloadControllers : IDisposable
{
    private readonly Agenda _agenda;

    private WorkloadControllers(Agenda agenda) => _agenda = agenda;

    /// <summary>Starts them, before or after there are workloads.</summary>
    /// <param name="cluster">The cluster; made with <see cref="ClusterSettings.HasKubelets"/>, or pods end at once.</param>
    /// <param name="settings">How they work.</param>
    public static WorkloadControllers Start(SimulatedCluster cluster, WorkloadSettings? settings = null)
    {
        settings ??= new WorkloadSettings();
        var time = cluster.Settings.Time;
        lock (cluster.Store.Gate)
        {
            var agenda = new Agenda(time, cluster.Store.Gate);
            var pods = new PodIndex(cluster);
            var loop = new ControllerLoop(cluster, agenda);
            var writes = new ControllerWrites(cluster);
            var maker = new PodMaker(cluster, loop, writes);
            // A set that shrinks does so before its Deployment lets another one grow.
            loop.Add(new ReplicaSets(cluster, loop, writes, pods, maker, time));
            loop.Add(new Deployments(cluster, loop, writes, pods, time));
            loop.Add(new StatefulSets(cluster, loop, writes, pods, maker, time));
            loop.Add(new DaemonSets(cluster, loop, writes, pods, maker, time));
            loop.Add(new Batch.Jobs(cluster, loop, writes, pods, maker, time));
            loop.Add(new Batch.CronJobs(cluster, loop, writes, time));
            loop.Add(new Budgets(cluster, writes, pods));
            loop.Add(new Autoscalers(cluster, writes));
            loop.Add(new LoadBalancers(cluster, writes));
            var kubelet = new Kubelet(cluster, writes, agenda, settings);
            kubelet.Register();
            kubelet.Adopt();
            loop.LookAtAll();
            return new WorkloadControllers(agenda);
        }
    }

    /// <summary>Nothing moves any more; objects can still be read and written.</summary>
    public void Dispose() => _agenda.Dispose();
}
