using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>One document of a repository.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Line">The line at which it starts; 1-based.</param>
/// <param name="Root">Its content.</param>
internal sealed record RepositoryDocument(string Path, int Line, YamlMapping Root)
{
    public string Kind => Text("kind") ?? "";

    /// <summary>The API group; empty for the core group and for what is no object.</summary>
    public string Group => ResourceIdentity.GroupOf(Text("apiVersion") ?? "");

    public string Where => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}:{Line}");

    /// <summary>The text at a path of keys; null when there is none.</summary>
    public string? Text(params ReadOnlySpan<string> keys) => Node(keys) is YamlScalar { Kind: not ScalarKind.Null } scalar ? scalar.Value : null;

    /// <summary>The value at a path of keys; null when there is none.</summary>
    public YamlNode? Node(params ReadOnlySpan<string> keys) => Walk(Root, keys);

    /// <summary>The value at a path of keys below a value.</summary>
    public static YamlNode? Walk(YamlNode? node, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys) node = (node as YamlMapping)?[key];
        return node;
    }

    /// <summary>The object as a resource; null when it has no name.</summary>
    public Resource? AsResource() => ManifestStream.IdentityOf(Root) is { } identity ? new Resource(identity, Root, Where) : null;
}

/// <summary>The documents of a repository that may be about Istio or about what delivers it.</summary>
/// <param name="Documents">In order of path.</param>
/// <param name="Broken">Files that speak of Istio and are no YAML: the place and what is wrong.</param>
/// <param name="TemplatedCharts">Folders of charts with templates that only Helm can read.</param>
internal sealed record RepositoryDocuments(ImmutableArray<RepositoryDocument> Documents, ImmutableArray<UnreadFile> Broken, ImmutableHashSet<string> TemplatedCharts)
{
    private const int DeepestList = 4;

    /// <summary>Reads them. A file that is no YAML is left out.</summary>
    public static RepositoryDocuments Read(RepositoryFiles files)
    {
        var charts = files.Paths.Where(path => RepositoryTree.NameOf(path) == "Chart.yaml").Select(RepositoryTree.FolderOf).ToHashSet(StringComparer.Ordinal);
        var candidates = files.Contents.Where(file => IsYaml(file.Key) && IsAbout(file.Key, file.Value.Span)).ToArray();
        var read = new (ImmutableArray<RepositoryDocument> Documents, UnreadFile? Broken, string? Templated)[candidates.Length];
        Processors.Share(candidates.Length, file => candidates[file].Value.Length, file =>
        {
            var (path, bytes) = candidates[file];
            var chart = ChartOf(path, charts);
            read[file] = chart is null ? Parse(path, bytes) : ChartTemplate.Plain(bytes) is { } plain ? Parse(path, plain) : ([], null, chart);
        });
        return new RepositoryDocuments(
            [.. read.SelectMany(file => file.Documents)],
            [.. read.Select(file => file.Broken).OfType<UnreadFile>()],
            [.. read.Select(file => file.Templated).OfType<string>()]);
    }

    private static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal);

    private static bool IsAbout(string path, ReadOnlySpan<byte> content) =>
        content.IndexOf("istio"u8) >= 0 || content.IndexOf("Istio"u8) >= 0 || content.IndexOf("toolkit.fluxcd.io"u8) >= 0 || content.IndexOf("argoproj.io"u8) >= 0
        || RepositoryTree.NameOf(path) == "Chart.yaml" || HelmfileRelease.IsHelmfile(path);

    /// <summary>The folder of the chart among whose templates a file stands; null when it is no template.</summary>
    private static string? ChartOf(string path, HashSet<string> charts)
    {
        for (var at = path.IndexOf("/templates/", StringComparison.Ordinal); at >= 0; at = path.IndexOf("/templates/", at + 1, StringComparison.Ordinal))
            if (charts.Contains(path[..at])) return path[..at];
        return path.StartsWith("templates/", StringComparison.Ordinal) && charts.Contains("") ? "" : null;
    }

    private static (ImmutableArray<RepositoryDocument> Documents, UnreadFile? Broken, string? Templated) Parse(string path, ReadOnlyMemory<byte> bytes)
    {
        var documents = ImmutableArray.CreateBuilder<RepositoryDocument>();
        UnreadFile? broken = null;
        for (var reader = new YamlDocumentReader(bytes.Span); reader.Read();)
        {
            if (YamlDocumentReader.IsEmpty(reader.Current)) continue;
            try
            {
                Add(documents, path, reader.Line, YamlReader.Read(reader.Current, firstLine: reader.Line), 0);
            }
            catch (YamlSyntaxException e)
            {
                broken ??= new UnreadFile(path, $"{e.Position}: {e.Message}");
            }
        }
        return (documents.DrainToImmutable(), broken, null);
    }

    private static void Add(ImmutableArray<RepositoryDocument>.Builder documents, string path, int line, YamlNode? node, int depth)
    {
        if (node is not YamlMapping root) return;
        var document = new RepositoryDocument(path, line, root);
        if (document.Kind.EndsWith("List", StringComparison.Ordinal) && root["items"] is YamlSequence items && depth < DeepestList)
            foreach (var item in items.Items) Add(documents, path, item.Span?.Start.Line ?? line, item, depth + 1);
        else documents.Add(document);
    }
}
