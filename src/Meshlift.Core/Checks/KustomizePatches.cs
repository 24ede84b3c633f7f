using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks;

/// <summary>The files of patches that a <c>kustomization.yaml</c> names: parts of resources, which nobody applies as they are.</summary>
public static class KustomizePatches
{
    /// <summary>The names that kustomize looks for, in its order.</summary>
    public static ImmutableArray<string> FileNames { get; } = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    /// <summary>The patches' files, relative to the kustomization's folder, as they are written; those that are resources as well are none.</summary>
    /// <param name="kustomization">The file, of kind Kustomization or Component.</param>
    public static IEnumerable<string> Of(YamlMapping kustomization)
    {
        var resources = Items(kustomization, "resources").OfType<YamlScalar>().Select(item => item.Value).ToHashSet(StringComparer.Ordinal);
        return Items(kustomization, "patches").Concat(Items(kustomization, "patchesJson6902")).Select(item => (item as YamlMapping)?["path"])
            // A patch may stand in the list itself.
            .Concat(Items(kustomization, "patchesStrategicMerge").Where(item => item is YamlScalar scalar && !scalar.Value.Contains('\n', StringComparison.Ordinal)))
            .OfType<YamlScalar>().Select(path => path.Value).Where(path => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) && !resources.Contains(path));
    }

    private static ImmutableArray<YamlNode> Items(YamlMapping kustomization, string key) => (kustomization[key] as YamlSequence)?.Items ?? [];
}
