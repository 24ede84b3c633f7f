using System.Collections.Immutable;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Kubernetes.Access;

/// <summary>What one kubeconfig says, or several together.</summary>
public sealed record Kubeconfig
{
    /// <summary>Says nothing.</summary>
    public static Kubeconfig Empty { get; } = new();

    /// <summary>The files it was read from, in their order.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>The name of the context in use; null when none is named.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>The contexts by name.</summary>
    public ImmutableSortedDictionary<string, KubeContext> Contexts { get; init; } = ImmutableSortedDictionary.Create<string, KubeContext>(StringComparer.Ordinal);

    /// <summary>The clusters by name.</summary>
    public ImmutableSortedDictionary<string, KubeconfigEntry<KubeCluster>> Clusters { get; init; } = ImmutableSortedDictionary.Create<string, KubeconfigEntry<KubeCluster>>(StringComparer.Ordinal);

    /// <summary>The users by name.</summary>
    public ImmutableSortedDictionary<string, KubeconfigEntry<KubeUser>> Users { get; init; } = ImmutableSortedDictionary.Create<string, KubeconfigEntry<KubeUser>>(StringComparer.Ordinal);

    /// <summary>Several files as one: of each entry, and of the current context, the first file that has it counts (client-go, ClientConfigLoadingRules).</summary>
    public static Kubeconfig Merge(IEnumerable<Kubeconfig> files)
    {
        var merged = Empty;
        foreach (var file in files)
        {
            merged = new Kubeconfig
            {
                Files = merged.Files.AddRange(file.Files),
                CurrentContext = merged.CurrentContext ?? file.CurrentContext,
                Contexts = file.Contexts.SetItems(merged.Contexts),
                Clusters = file.Clusters.SetItems(merged.Clusters),
                Users = file.Users.SetItems(merged.Users),
            };
        }
        return merged;
    }

    /// <summary>All that is needed to speak to the cluster of a context.</summary>
    /// <param name="context">The name of the context; null for the current one.</param>
    /// <exception cref="UserException">There is no such context, or it, its cluster or its user is not complete.</exception>
    public ClusterAccess Select(string? context)
    {
        var files = Files.IsEmpty ? "the kubeconfig" : string.Join(", ", Files);
        if ((context ?? CurrentContext) is not { Length: > 0 } name)
        {
            throw new UserException(ErrorKind.Input, $"{files}: no current context is set",
                Contexts.IsEmpty ? "name a kubeconfig with --kubeconfig or in KUBECONFIG" : $"name a context ({string.Join(", ", Contexts.Keys)}), or run 'kubectl config use-context'");
        }
        if (!Contexts.TryGetValue(name, out var chosen))
            throw new UserException(ErrorKind.Input, $"{files}: there is no context '{name}'", Contexts.IsEmpty ? "name another kubeconfig with --kubeconfig or in KUBECONFIG" : Spelling.Hint(name, [.. Contexts.Keys]));
        if (!Clusters.TryGetValue(chosen.Cluster, out var cluster))
            throw new UserException(ErrorKind.Input, $"{chosen.Place}: the context '{name}' names the cluster '{chosen.Cluster}', which is not there", Clusters.IsEmpty ? "add the cluster" : Spelling.Hint(chosen.Cluster, [.. Clusters.Keys]));
        if (chosen.User.Length == 0) return new ClusterAccess(name, cluster.Get(name), new KubeUser("", chosen.Place), chosen.Namespace);
        return Users.TryGetValue(chosen.User, out var user)
            ? new ClusterAccess(name, cluster.Get(name), user.Get(name), chosen.Namespace)
            : throw new UserException(ErrorKind.Input, $"{chosen.Place}: the context '{name}' names the user '{chosen.User}', who is not there", Users.IsEmpty ? "add the user" : Spelling.Hint(chosen.User, [.. Users.Keys]));
    }
}

/// <summary>An entry that is only looked at when a context needs it: one that is wrong must not keep the others from being used.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="Value">The entry; null when it is wrong.</param>
/// <param name="Wrong">What is wrong with it, beginning with its place; null when it is right.</param>
/// <param name="Remedy">What to do about it; null when it is right.</param>
public sealed record KubeconfigEntry<T>(T? Value, string? Wrong, string? Remedy)
    where T : class
{
    /// <summary>The entry.</summary>
    /// <param name="context">The context that needs it, for the message.</param>
    /// <exception cref="UserException">It is wrong.</exception>
    public T Get(string context) => Value ?? throw new UserException(ErrorKind.Input, $"{Wrong} (context '{context}')", Remedy ?? "");
}
