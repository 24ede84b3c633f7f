using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Configuration;

namespace Meshlift.Engine.Rendering;

/// <summary>Which clusters a command is about. At most one of the three is given.</summary>
/// <param name="Names">These clusters; empty when not given.</param>
/// <param name="Environment">All clusters of this environment; null when not given.</param>
/// <param name="All">Every cluster.</param>
public sealed record ClusterChoice(ImmutableArray<string> Names, string? Environment, bool All)
{
    /// <summary>The clusters, in the order of the configuration; without a choice, those of the first environment, where every upgrade begins.</summary>
    /// <exception cref="UserException">A name is not known; the known ones are listed.</exception>
    public ImmutableArray<ClusterSpec> In(MeshSpec spec)
    {
        var all = spec.Environments.SelectMany(environment => environment.Clusters).ToImmutableArray();
        if (All) return all;
        if (Environment is not null)
        {
            return spec.Environments.FirstOrDefault(environment => environment.Name == Environment)?.Clusters
                ?? throw new UserException(ErrorKind.Input, $"there is no environment '{Environment}'", $"the environments are {string.Join(", ", spec.Environments.Select(environment => environment.Name))}");
        }
        if (Names.IsEmpty) return spec.Environments[0].Clusters;
        foreach (var name in Names)
            if (all.All(cluster => cluster.Name != name))
                throw new UserException(ErrorKind.Input, $"there is no cluster '{name}'", $"the clusters are {string.Join(", ", all.Select(cluster => cluster.Name))}");
        return [.. all.Where(cluster => Names.Contains(cluster.Name, StringComparer.Ordinal))];
    }

    /// <summary>A word for the choice, as a part of a branch's name.</summary>
    public string NameIn(MeshSpec spec)
    {
        if (All) return "all";
        if (Environment is not null) return Environment;
        return Names.IsEmpty ? spec.Environments[0].Name : string.Join('+', In(spec).Select(cluster => cluster.Name));
    }
}
