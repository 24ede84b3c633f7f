using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Access;

/// <summary>The fields of one mapping of a kubeconfig, with messages that say where they stand. Keys that are not asked for are left alone, as kubectl does.</summary>
/// <param name="file">The file.</param>
/// <param name="what">What the mapping is, such as <c>the cluster 'prod'</c>.</param>
/// <param name="mapping">The mapping.</param>
internal sealed class KubeconfigFields(string file, string what, YamlMapping mapping)
{
    public KubeconfigPlace Place { get; } = new(file, mapping.Span?.Start);

    public string File => file;

    public string What => what;

    public YamlNode? this[string key] => mapping[key] is YamlScalar { Kind: ScalarKind.Null } ? null : mapping[key];

    /// <summary>A text; null when it is not there or empty: Go does not tell these apart.</summary>
    public string? Text(string key) => this[key] switch
    {
        null => null,
        YamlScalar { Kind: ScalarKind.String, Value: "" } => null,
        YamlScalar { Kind: ScalarKind.String } text => text.Value,
        var other => throw Wrong(key, "must be a text", "put it in quotes", other),
    };

    public bool Flag(string key) => this[key] switch
    {
        null => false,
        YamlScalar { Kind: ScalarKind.Boolean } flag => flag.Value == "true",
        var other => throw Wrong(key, "must be true or false", "write it without quotes", other),
    };

    public ImmutableArray<string> Texts(string key) => this[key] switch
    {
        null => [],
        YamlSequence list => [.. list.Items.Select(item => item is YamlScalar { Kind: ScalarKind.String } text ? text.Value : throw Wrong(key, "must be a list of texts", "put each in quotes", item))],
        var other => throw Wrong(key, "must be a list of texts", "write each behind a dash", other),
    };

    public KubeconfigFields? Group(string key, string name) => this[key] switch
    {
        null => null,
        YamlMapping group => new KubeconfigFields(file, name, group),
        var other => throw Wrong(key, "must be a mapping", "see 'kubectl config view' for the form", other),
    };

    public IEnumerable<KubeconfigFields> Groups(string key, string name) => this[key] switch
    {
        null => [],
        YamlSequence list => list.Items.Select(item => item is YamlMapping group ? new KubeconfigFields(file, name, group) : throw Wrong(key, "must be a list of mappings", "see 'kubectl config view' for the form", item)),
        var other => throw Wrong(key, "must be a list", "write each entry behind a dash", other),
    };

    /// <summary>Content that stands here as base64 (<paramref name="dataKey"/>) or in a file (<paramref name="fileKey"/>), but not in both.</summary>
    public PemSource? Pem(string fileKey, string dataKey)
    {
        var data = Text(dataKey);
        var path = Text(fileKey);
        if (data is not null && path is not null) throw Wrong(dataKey, $"and '{fileKey}' are both given", "remove one of them");
        if (path is not null) return new PemSource(PathOf(path), []);
        if (data is null) return null;
        try
        {
            return new PemSource(null, ImmutableArray.Create(Convert.FromBase64String(data)));
        }
        catch (FormatException)
        {
            throw Wrong(dataKey, "is not base64", "write what 'base64 -w0 FILE' prints");
        }
    }

    /// <summary>A path, which is relative to the folder of the file.</summary>
    public string PathOf(string path) => Path.Combine(Path.GetDirectoryName(file) ?? "", path);

    public UserException Wrong(string key, string problem, string remedy, YamlNode? at = null)
    {
        var position = (at ?? this[key])?.Span?.Start ?? Place.Position;
        return new UserException(ErrorKind.Input, $"{new KubeconfigPlace(file, position)}: '{key}' of {what} {problem}", remedy);
    }
}
