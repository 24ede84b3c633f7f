using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Meshlift.Simulator.Clusters.Types;

/// <summary>Everything that an API server answers for at one moment. Immutable: a CustomResourceDefinition that changes makes a new one.</summary>
internal sealed class ApiCatalog
{
    private readonly FrozenDictionary<(string Group, string Version, string Plural), ResourceType> _byPath;
    private readonly FrozenDictionary<(string ApiVersion, string Kind), ResourceType> _byKind;

    private string? _digest;

    private ApiCatalog(ImmutableArray<ResourceType> all)
    {
        All = all;
        var served = all.Where(type => type.Key.Plural != "-").ToList();
        Served = [.. served];
        _byPath = served.ToFrozenDictionary(type => (type.Key.Group, type.Version, type.Key.Plural));
        _byKind = all.ToFrozenDictionary(type => (type.ApiVersion, type.Kind));
    }

    /// <summary>Kubernetes' own types alone.</summary>
    public static ApiCatalog BuiltIn { get; } = new([.. TypeDescriptions.BuiltIn.Kinds]);

    /// <summary>All types, those that are only bodies of sub-resources too.</summary>
    public ImmutableArray<ResourceType> All { get; }

    /// <summary>All types that have a path of their own.</summary>
    public ImmutableArray<ResourceType> Served { get; }

    /// <summary>A text that is the same for two catalogs that serve the same.</summary>
    public string Digest => _digest ??= Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Served.Select(type => $"{type} {type.HasStatus} {type.Schema.Source?.ToJsonString()}")))))[..16];

    /// <summary>Kubernetes' own types and those of definitions.</summary>
    public static ApiCatalog With(IEnumerable<ResourceType> custom) => new([.. BuiltIn.All, .. custom]);

    /// <summary>The type at a path; null when there is none.</summary>
    public ResourceType? Find(string group, string version, string plural) => _byPath.GetValueOrDefault((group, version, plural));

    /// <summary>The type of an object; null when it is not known.</summary>
    public ResourceType? FindKind(string apiVersion, string kind) => _byKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>The preferred version of a resource; null when it is not known.</summary>
    public ResourceType? Find(ResourceKey key) => Served.FirstOrDefault(type => type.Key == key);

    /// <summary>The groups, the core group first, each with its versions in the order of preference.</summary>
    public IEnumerable<(string Group, IReadOnlyList<string> Versions)> Groups() =>
        Served.GroupBy(type => type.Key.Group, StringComparer.Ordinal)
            .Select(group => (group.Key, (IReadOnlyList<string>)[.. group.Select(type => type.Version).Distinct(StringComparer.Ordinal).Order(VersionOrder.Instance)]));

    /// <summary>The types of one version of a group.</summary>
    public IEnumerable<ResourceType> Of(string group, string version) => Served.Where(type => type.Key.Group == group && type.Version == version);
}
