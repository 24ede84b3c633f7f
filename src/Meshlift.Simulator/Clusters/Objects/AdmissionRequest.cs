using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>A write before it is validated and stored, as admission sees it.</summary>
public sealed class AdmissionRequest
{
    /// <summary>CREATE, UPDATE or DELETE.</summary>
    public required string Operation { get; init; }

    /// <summary>The type.</summary>
    public required ResourceType Type { get; init; }

    /// <summary>The namespace; empty for objects of the cluster.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name; empty while it is not generated yet.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The object as it would be stored; admission may change it in place. The last state for DELETE.</summary>
    public required JsonObject Object { get; init; }

    /// <summary>The object as it is; null for CREATE.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>True when nothing will be stored.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Who asks; empty for the cluster itself.</summary>
    public string User { get; init; } = "";

    /// <summary>Warnings for the caller.</summary>
    public IList<string> Warnings { get; init; } = [];
}
