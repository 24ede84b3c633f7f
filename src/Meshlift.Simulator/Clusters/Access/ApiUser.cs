using System.Collections.Immutable;

namespace Meshlift.Simulator.Clusters.Access;

/// <summary>Someone whom an API server knows.</summary>
/// <param name="Name">Such as <c>system:serviceaccount:istio-system:meshlift</c>.</param>
/// <param name="Groups">Such as <c>system:masters</c>, who may do everything.</param>
public sealed record ApiUser(string Name, ImmutableArray<string> Groups)
{
    internal const string Masters = "system:masters";

    /// <summary>Whom the kubeconfig stands for.</summary>
    public static ApiUser Administrator { get; } = new("kubernetes-admin", [Masters, "system:authenticated"]);

    /// <summary>Who shows nothing.</summary>
    internal static ApiUser Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);
}
