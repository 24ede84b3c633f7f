using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Delivery;

/// <summary>What a GitOps engine applies of a folder.</summary>
/// <param name="Files">The files, by their paths from the root of what was read, each once.</param>
/// <param name="Annotations">What is added to every object on the way (<c>commonAnnotations</c> of the folder itself).</param>
/// <param name="Problems">What is named and not there, cannot be read, or is not known, with its place; the folder cannot be built as long as there are any.</param>
public sealed record KustomizedFolder(ImmutableArray<string> Files, ImmutableSortedDictionary<string, string> Annotations, ImmutableArray<string> Problems)
{
    private const string FileName = "kustomization.yaml";

    // What else a kustomization may say changes objects in ways that are not known here.
    private static readonly string[] Known = ["apiVersion", "kind", "metadata", "resources", "commonAnnotations"];

    /// <summary>Looks into a folder: where a <c>kustomization.yaml</c> stands, that says what is applied; else all YAML files below are, and of a folder with one of its own what that says.</summary>
    /// <remarks>As Flux makes up a kustomization where there is none (fluxcd/pkg/kustomize, generator).</remarks>
    /// <param name="folder">The folder, from the root of what was read; <c>./a/b</c>, <c>a/b</c> and an empty text are understood.</param>
    /// <param name="files">All files, by their paths with '/' between the parts.</param>
    public static KustomizedFolder Of(string folder, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var walk = new Walk(files);
        var start = Join("", folder);
        walk.Enter(start);
        if (walk.Files.Count == 0 && walk.Problems.Count == 0) walk.Problems.Add($"{(start.Length == 0 ? "the repository" : start)} holds no manifest");
        return new KustomizedFolder([.. walk.Files], walk.Annotations, [.. walk.Problems]);
    }

    private static string Join(string folder, string name)
    {
        var parts = folder.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        return string.Join('/', parts);
    }

    private sealed class Walk(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        private readonly HashSet<string> _entered = new(StringComparer.Ordinal);

        public SortedSet<string> Files { get; } = new(StringComparer.Ordinal);

        public List<string> Problems { get; } = [];

        public ImmutableSortedDictionary<string, string> Annotations { get; private set; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

        public void Enter(string folder)
        {
            if (!_entered.Add(folder)) return;
            var place = Join(folder, FileName);
            if (!files.TryGetValue(place, out var bytes))
            {
                foreach (var path in files.Keys.Where(path => IsWithin(path, folder) && Path.GetExtension(path) is ".yaml" or ".yml" or ".json"))
                    if (OwnFolder(path, folder) is { } own) Enter(own);
                    else Files.Add(path);
                return;
            }
            YamlMapping? root;
            try
            {
                root = YamlReader.Read(bytes.Span) as YamlMapping;
            }
            catch (YamlSyntaxException e)
            {
                Problems.Add($"{place}:{e.Position}: {e.Message}");
                return;
            }
            foreach (var entry in root?.Entries ?? [])
                if (!Known.Contains(entry.Key, StringComparer.Ordinal)) Problems.Add($"{place}:{entry.Value.Span?.Start}: '{entry.Key}' of a kustomization is not known here");
            if (_entered.Count == 1)
                foreach (var entry in (root?["commonAnnotations"] as YamlMapping)?.Entries ?? [])
                    if (entry.Value is YamlScalar value) Annotations = Annotations.SetItem(entry.Key, value.Value);
            foreach (var item in ((root?["resources"] as YamlSequence)?.Items ?? []).OfType<YamlScalar>()) Name(place, folder, item);
        }

        /// <summary>The highest folder between a file and the one that is looked into which has a kustomization; null when there is none.</summary>
        private string? OwnFolder(string path, string folder)
        {
            for (var slash = path.IndexOf('/', folder.Length == 0 ? 0 : folder.Length + 1); slash >= 0; slash = path.IndexOf('/', slash + 1))
                if (files.ContainsKey($"{path[..slash]}/{FileName}")) return path[..slash];
            return null;
        }

        private void Name(string place, string folder, YamlScalar item)
        {
            var path = Join(folder, item.Value);
            if (files.ContainsKey(path)) Files.Add(path);
            else if (files.Keys.Any(other => IsWithin(other, path))) Enter(path);
            else Problems.Add($"{place}:{item.Span?.Start}: it names {path}, which is not there");
        }

        private static bool IsWithin(string path, string folder) => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal);
    }
}
