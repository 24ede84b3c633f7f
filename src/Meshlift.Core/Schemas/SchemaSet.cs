using System.Collections.Immutable;

namespace Meshlift.Core.Schemas;

/// <summary>The schemas that documents are held against. The same type may be there in several forms: one in each cluster.</summary>
public sealed class SchemaSet
{
    private readonly Dictionary<(string Group, string Kind), ImmutableArray<TypeSchema>> _kinds;

    private SchemaSet(Dictionary<(string Group, string Kind), ImmutableArray<TypeSchema>> kinds)
    {
        _kinds = kinds;
        Metadata = Versions("", "ConfigMap") is [{ IsBuiltIn: true } type, ..] ? type.Root.Properties?.GetValueOrDefault("metadata") : null;
    }

    /// <summary>No schema at all.</summary>
    public static SchemaSet Empty { get; } = Create([]);

    /// <summary>Puts schemas into a set; those that say the same count once.</summary>
    public static SchemaSet Create(IEnumerable<TypeSchema> types) => new(types
        .GroupBy(type => (type.Group, type.Kind))
        .ToDictionary(kind => kind.Key, kind => kind.DistinctBy(type => (type.Version, type.Digest, type.IsServed)).ToImmutableArray()));

    /// <summary>The schema of the metadata of every object; null when no type of Kubernetes is in the set.</summary>
    public SchemaNode? Metadata { get; }

    /// <summary>All versions of a kind, in the order in which they were given; empty when the kind is not in the set.</summary>
    public ImmutableArray<TypeSchema> Versions(string group, string kind) => _kinds.GetValueOrDefault((group, kind), []);

    /// <summary>The schemas of one version of a kind; empty when it is not in the set, or not served.</summary>
    public ImmutableArray<TypeSchema> Find(string group, string version, string kind) => Versions(group, kind).RemoveAll(type => type.Version != version || !type.IsServed);
}
