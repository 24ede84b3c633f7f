using System.Collections.Concurrent;
using System.Globalization;
using Meshlift.Simulator.Releases;
using YamlDotNet.RepresentationModel;

namespace Meshlift.Tests.Simulator;

/// <summary>A sample release as a YAML reader sees it. Each is rendered and read once for all tests.</summary>
internal sealed class RenderedRelease
{
    private static readonly ConcurrentDictionary<(string, string), Lazy<RenderedRelease>> Read = new();

    private RenderedRelease(string version, string revision)
    {
        Text = SampleRelease.Render(version, revision);
        Parts = Text.Split("\n---\n");
        Objects = [.. Parts[..^1].Select(part => new RenderedObject(part))];
    }

    public string Text { get; }

    /// <summary>What stands between the separators; the last part is what follows the last separator.</summary>
    public string[] Parts { get; }

    public IReadOnlyList<RenderedObject> Objects { get; }

    public static RenderedRelease Of(string version, string revision) =>
        Read.GetOrAdd((version, revision), key => new(() => new(key.Item1, key.Item2))).Value;

    public RenderedObject Object(string identity) => Objects.Single(item => item.Identity == identity);
}

/// <summary>One object of a release.</summary>
internal sealed class RenderedObject
{
    public RenderedObject(string text)
    {
        Text = text;
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        Root = (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    public string Text { get; }

    public YamlMappingNode Root { get; }

    public string Kind => Value("kind")!;

    public string Name => Value("metadata", "name")!;

    /// <summary>Kind, namespace where there is one, and name, with slashes between them.</summary>
    public string Identity => IdentityOf(Root);

    public string? Label(string key) => Labels.TryGetValue(key, out var value) ? value : null;

    public IReadOnlyDictionary<string, string> Labels => Strings(Node("metadata", "labels"));

    /// <summary>The scalar at a path of keys and list indexes, null where there is none.</summary>
    public string? Value(params string[] path) => (Node(path) as YamlScalarNode)?.Value;

    public YamlNode? Node(params string[] path) => path.Aggregate((YamlNode?)Root, Step);

    /// <summary>The entries of a list.</summary>
    public IReadOnlyList<YamlNode> List(params string[] path) => ((YamlSequenceNode)Node(path)!).Children.ToList();

    public static string IdentityOf(YamlNode root)
    {
        var metadata = Step(root, "metadata");
        YamlNode?[] parts = [Step(root, "kind"), Step(metadata, "namespace"), Step(metadata, "name")];
        return string.Join('/', parts.Where(part => part is not null));
    }

    /// <summary>A map of strings; empty where there is no map.</summary>
    public static IReadOnlyDictionary<string, string> Strings(YamlNode? map) =>
        (map as YamlMappingNode ?? []).ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}", StringComparer.Ordinal);

    public static YamlNode? Step(YamlNode? node, string key) => node switch
    {
        YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null,
        YamlSequenceNode list => list.Children.ElementAtOrDefault(int.Parse(key, CultureInfo.InvariantCulture)),
        _ => null,
    };
}
