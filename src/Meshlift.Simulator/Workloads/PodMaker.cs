using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads;

/// <summary>Makes the pods of controllers. What is refused is told, and tried again after pauses that grow.</summary>
internal sealed class PodMaker(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, TimeSpan> _pauses = new(StringComparer.Ordinal);
    private readonly ResourceType _pods = cluster.Type("v1", "Pod");

    /// <summary>Makes a pod.</summary>
    /// <returns>Why it was refused; null when it was made.</returns>
    public string? Make(IController controller, ResourceType type, StoredObject owner, JsonObject pod, string component)
    {
        try
        {
            writes.Create(_pods, owner.Namespace, pod);
            _pauses.Remove(owner.Uid);
            return null;
        }
        catch (ApiException refused)
        {
            var pause = _pauses[owner.Uid] = _pauses.TryGetValue(owner.Uid, out var last) ? TimeSpan.FromTicks(Math.Min(last.Ticks * 2, LongestPause.Ticks)) : TimeSpan.FromSeconds(1);
            writes.Tell(type, owner, "Warning", "FailedCreate", $"Error creating: {refused.Message}", component);
            loop.Again(controller, owner.Namespace, owner.Name, pause);
            return refused.Message;
        }
    }

    public void Delete(PodFacts pod) => writes.Delete(_pods, pod.Namespace, pod.Name, pod.Uid);
}
