using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Checks;
using Meshlift.Core.Injection;
using Meshlift.Yaml;

namespace Meshlift.Core.Enrolment;

/// <summary>A kustomization, as far as it changes who is enrolled.</summary>
/// <param name="File">The file.</param>
/// <param name="Root">Its content.</param>
internal sealed record Kustomization(string File, YamlMapping Root)
{
    /// <summary>The folder; empty for the root of the repository.</summary>
    public string Folder { get; } = File.Contains('/', StringComparison.Ordinal) ? File[..File.LastIndexOf('/')] : "";

    /// <summary>The namespace that it gives its resources; null for none.</summary>
    public string? Namespace { get; } = (Root["namespace"] as YamlScalar)?.Value is { Length: > 0 } name ? name : null;

    /// <summary>The labels that it puts on its resources, each setting with where it stands.</summary>
    public IEnumerable<(YamlPath Path, YamlMapping Pairs, bool OnPods, bool InSelectors)> LabelSettings()
    {
        if (Root["commonLabels"] is YamlMapping common) yield return (YamlPath.Keys("commonLabels"), common, true, true);
        if (Root["labels"] is not YamlSequence settings) yield break;
        for (var i = 0; i < settings.Items.Length; i++)
            if (settings.Items[i] is YamlMapping setting && setting["pairs"] is YamlMapping pairs)
                yield return (YamlPath.Of(new YamlPathStep.Key("labels"), new YamlPathStep.Index(i), new YamlPathStep.Key("pairs")), pairs, Is(setting, "includeTemplates") || Is(setting, "includeSelectors"), Is(setting, "includeSelectors"));
    }

    private static bool Is(YamlMapping setting, string key) => setting[key] is YamlScalar { Kind: ScalarKind.Boolean, Value: "true" };
}

/// <summary>Which kustomizations a file goes through on its way to a cluster.</summary>
/// <remarks>kubectl.docs.kubernetes.io, "kustomization": resources and bases are files or folders, components change what includes them. What is not in the repository is not followed.</remarks>
internal sealed class KustomizeTree
{
    private const int Deepest = 32;
    private const int MostChains = 64;

    private readonly Dictionary<string, Kustomization> _byFolder = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Kustomization>> _parents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _patches = new(StringComparer.Ordinal);

    public KustomizeTree(IEnumerable<Kustomization> kustomizations)
    {
        foreach (var one in kustomizations) _byFolder.TryAdd(one.Folder, one);
        foreach (var one in _byFolder.Values)
        {
            foreach (var entry in Items(one, "resources").Concat(Items(one, "bases")).Concat(Items(one, "components")))
                if (Resolve(one.Folder, entry) is { } path)
                {
                    if (!_parents.TryGetValue(path, out var parents)) _parents[path] = parents = [];
                    parents.Add(one);
                }
            foreach (var patch in KustomizePatches.Of(one.Root))
                if (Resolve(one.Folder, patch) is { } path) _patches.Add(path);
        }
    }

    /// <summary>The kustomizations.</summary>
    public IEnumerable<Kustomization> All => _byFolder.Values;

    /// <summary>True for a file that is a patch and no resource.</summary>
    public bool IsPatch(string file) => _patches.Contains(file);

    /// <summary>The ways of a file, each from the innermost kustomization to the outermost; one empty way for a file that is in none.</summary>
    public List<ImmutableArray<Kustomization>> WaysOf(string file)
    {
        var ways = new List<ImmutableArray<Kustomization>>();
        Walk(file, [], ways);
        return ways;
    }

    /// <summary>Patches of a kustomization that speak of injection and may mean a namespace, each with its file and line.</summary>
    /// <param name="one">The kustomization.</param>
    /// <param name="files">The files of the repository.</param>
    public static IEnumerable<(string File, int Line, string Text)> PatchesOf(Kustomization one, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        foreach (var key in (string[])["patches", "patchesStrategicMerge", "patchesJson6902"])
            if (one.Root[key] is YamlSequence list)
                foreach (var item in list.Items)
                {
                    var inline = item is YamlScalar whole ? whole.Value : ((item as YamlMapping)?["patch"] as YamlScalar)?.Value;
                    var named = (item as YamlMapping)?["path"] as YamlScalar ?? item as YamlScalar;
                    var target = ((item as YamlMapping)?["target"] as YamlMapping)?["kind"] as YamlScalar;
                    if (named is not null && Resolve(one.Folder, named.Value) is { } path && files.TryGetValue(path, out var bytes))
                    {
                        if (Speaks(Encoding.UTF8.GetString(bytes.Span), target?.Value) is { } line) yield return (path, line, Encoding.UTF8.GetString(bytes.Span));
                    }
                    else if (inline is not null && Speaks(inline, target?.Value) is not null) yield return (one.File, item.Span?.Start.Line ?? 1, inline);
                }
    }

    private static int? Speaks(string text, string? kind)
    {
        // JSON pointers write '/' as ~1 (RFC 6901).
        var at = text.IndexOf(InjectionLabels.Injection, StringComparison.Ordinal);
        if (at < 0) at = text.IndexOf("istio.io/rev", StringComparison.Ordinal);
        if (at < 0) at = text.IndexOf("istio.io~1rev", StringComparison.Ordinal);
        if (at < 0 || (kind is not null && kind != "Namespace") || (kind is null && !text.Contains("Namespace", StringComparison.Ordinal))) return null;
        return text.AsSpan(0, at).Count('\n') + 1;
    }

    private void Walk(string path, ImmutableArray<Kustomization> below, List<ImmutableArray<Kustomization>> ways)
    {
        if (ways.Count >= MostChains) return;
        if (!_parents.TryGetValue(path, out var parents) || below.Length >= Deepest)
        {
            ways.Add(below);
            return;
        }
        foreach (var parent in parents)
            if (!below.Contains(parent))
                Walk(parent.Folder, [.. below, .. Items(parent, "components").Select(entry => Resolve(parent.Folder, entry)).OfType<string>().Select(_byFolder.GetValueOrDefault).OfType<Kustomization>(), parent], ways);
    }

    private static IEnumerable<string> Items(Kustomization one, string key) => (one.Root[key] as YamlSequence)?.Items.OfType<YamlScalar>().Select(item => item.Value) ?? [];

    /// <summary>A path from the root; null for what leads out of the repository or is a URL.</summary>
    private static string? Resolve(string folder, string entry)
    {
        if (entry.Contains("://", StringComparison.Ordinal) || entry.Contains('\n', StringComparison.Ordinal) || entry.StartsWith('/')) return null;
        var parts = folder.Length == 0 ? [] : folder.Split('/').ToList();
        foreach (var part in entry.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }
}
