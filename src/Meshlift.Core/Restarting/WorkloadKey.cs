using Meshlift.Core.Fleet;

namespace Meshlift.Core.Restarting;

/// <summary>A workload of a cluster.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its kind and name.</param>
public readonly record struct WorkloadKey(string Namespace, WorkloadName Name)
{
    /// <summary><c>shop/deployment/web</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
