using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Workloads;

/// <summary>Brings what is towards what is wanted, one object at a time.</summary>
internal interface IController
{
    /// <summary>The objects of the controller's kind that a change may concern.</summary>
    IEnumerable<(string Namespace, string Name)> Concerned(StoreEvent change);

    /// <summary>Looks at an object, which may be gone, and does what is to be done now.</summary>
    void Reconcile(string @namespace, string name);
}
