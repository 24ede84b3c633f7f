using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Workloads;

/// <summary>Counts in a status.</summary>
internal static class Counts
{
    /// <summary>A count that is left out when it is 0, as the API does with most (<c>omitempty</c>).</summary>
    public static JsonValue? Some(long count) => count == 0 ? null : JsonValue.Create(count);
}
