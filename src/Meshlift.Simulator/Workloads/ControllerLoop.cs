using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Time;

namespace Meshlift.Simulator.Workloads;

/// <summary>Has controllers look at what changed: each object once for all changes that came together, in the order in which they came.</summary>
internal sealed class ControllerLoop
{
    private readonly Queue<Work> _queue = new();
    private readonly HashSet<Work> _queued = [];
    private readonly SimulatedCluster _cluster;
    private readonly Agenda _agenda;
    private readonly List<IController> _controllers = [];

    public ControllerLoop(SimulatedCluster cluster, Agenda agenda)
    {
        (_cluster, _agenda) = (cluster, agenda);
        cluster.Store.Subscribe(OnChanged);
        cluster.Store.Follow(DoNext);
    }

    public void Add(IController controller) => _controllers.Add(controller);

    /// <summary>Looks at an object again when some time has passed, whether something changed or not.</summary>
    public void Again(IController controller, string @namespace, string name, TimeSpan delay) => _agenda.After(delay, () =>
    {
        Enter(new Work(controller, @namespace, name));
        _cluster.Store.Settle();
    });

    /// <summary>Looks at everything that is there.</summary>
    public void LookAtAll()
    {
        foreach (var key in _cluster.Store.Resources())
            foreach (var item in _cluster.Store.Read(key).Items) OnChanged(new StoreEvent(key, item.Version, null, item));
        _cluster.Store.Settle();
    }

    private void OnChanged(StoreEvent change)
    {
        foreach (var controller in _controllers)
            foreach (var (space, name) in controller.Concerned(change))
                Enter(new Work(controller, space, name));
    }

    private void Enter(Work work)
    {
        if (_queued.Add(work)) _queue.Enqueue(work);
    }

    private bool DoNext()
    {
        if (!_queue.TryDequeue(out var work)) return false;
        _queued.Remove(work);
        work.Controller.Reconcile(work.Namespace, work.Name);
        return true;
    }

    private readonly record struct Work(IController Controller, string Namespace, string Name);
}
