using System.Collections.Immutable;
using Meshlift.Core.Charts;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>A release of a chart that stands in the repository itself, listed by a Helmfile.</summary>
/// <param name="Name">The release.</param>
/// <param name="Chart">The chart's folder.</param>
/// <param name="Path">The Helmfile.</param>
internal sealed record HelmfileRelease(string Name, string Chart, string Path)
{
    /// <summary>True for a file that Helmfile reads by itself.</summary>
    public static bool IsHelmfile(string path) =>
        RepositoryTree.NameOf(path) is "helmfile.yaml" or "helmfile.yml" or "helmfile.yaml.gotmpl" || (RepositoryTree.NameOf(RepositoryTree.FolderOf(path)) == "helmfile.d" && path.EndsWith(".yaml", StringComparison.Ordinal));
}

/// <summary>What the Helmfiles of a repository say.</summary>
internal sealed class Helmfiles
{
    public Helmfiles(IReadOnlyCollection<RepositoryDocument> all, ImmutableSortedSet<string> paths)
    {
        var charts = all.Where(document => RepositoryTree.NameOf(document.Path) == "Chart.yaml").ToDictionary(document => RepositoryTree.FolderOf(document.Path), document => document.Text("name"), StringComparer.Ordinal);
        var releases = ImmutableArray.CreateBuilder<ChartRelease>();
        var local = ImmutableArray.CreateBuilder<HelmfileRelease>();
        var environments = ImmutableArray.CreateBuilder<string>();
        foreach (var helmfile in all.Where(document => HelmfileRelease.IsHelmfile(document.Path)))
        {
            Files = Files.Add(helmfile.Path);
            environments.AddRange((helmfile.Node("environments") as YamlMapping)?.Entries.Select(entry => entry.Key).Where(name => name != "default") ?? []);
            var repositories = (helmfile.Node("repositories") as YamlSequence)?.Items.OfType<YamlMapping>().ToList() ?? [];
            foreach (var release in (helmfile.Node("releases") as YamlSequence)?.Items.OfType<YamlMapping>() ?? [])
            {
                if (Text(release, "name") is not { } name || Text(release, "chart") is not { } chart) continue;
                var folder = RepositoryTree.Resolve(RepositoryTree.FolderOf(helmfile.Path), chart);
                var isLocal = folder is not null && charts.ContainsKey(folder);
                if (isLocal && ChartRelease.ChartOf(charts[folder!]) is null) local.Add(new HelmfileRelease(name, folder!, helmfile.Path));
                else if (ChartRelease.ChartOf(isLocal ? charts[folder!] : RepositoryTree.NameOf(chart)) is { } known)
                    releases.Add(Release(known, name, release, isLocal ? RepositoryTree.FolderOf(folder!) : SourceOf(chart, repositories), helmfile.Path, paths));
            }
        }
        (Releases, Local, Environments) = (releases.DrainToImmutable(), local.DrainToImmutable(), [.. environments.Distinct(StringComparer.Ordinal)]);
    }

    public ImmutableArray<string> Files { get; } = [];

    public ImmutableArray<ChartRelease> Releases { get; }

    public ImmutableArray<HelmfileRelease> Local { get; }

    public ImmutableArray<string> Environments { get; }

    private static ChartRelease Release(IstioChart chart, string name, YamlMapping release, string? source, string path, ImmutableSortedSet<string> paths)
    {
        var inline = YamlMapping.Empty;
        var files = ImmutableArray.CreateBuilder<string>();
        var unseen = ImmutableArray.CreateBuilder<string>();
        foreach (var value in (release["values"] as YamlSequence)?.Items ?? [])
        {
            if (value is YamlMapping mapping)
            {
                // Helm merges one source of values into the next.
                inline = Merged(inline, mapping);
                continue;
            }
            var file = RepositoryTree.Resolve(RepositoryTree.FolderOf(path), value.ToString() ?? "");
            if (file is not null && paths.Contains(file) && !file.EndsWith(".gotmpl", StringComparison.Ordinal)) files.Add(file);
            else unseen.Add($"the values {value}");
        }
        foreach (var key in (string[])["set", "secrets", "valuesTemplate", "setTemplate", "strategicMergePatches", "jsonPatches", "transformers"])
            if (release[key] is not null) unseen.Add($"its '{key}' in {path}");
        return new ChartRelease(chart, name, Text(release, "namespace"), Text(release, "version"), source, inline.Entries.IsEmpty ? null : inline, files.DrainToImmutable(), unseen.DrainToImmutable(), path);
    }

    private static string? SourceOf(string chart, List<YamlMapping> repositories)
    {
        if (chart.StartsWith("oci://", StringComparison.Ordinal)) return RepositoryTree.FolderOf(chart);
        var repository = repositories.FirstOrDefault(one => Text(one, "name") == chart.Split('/')[0]);
        var url = repository is null ? null : Text(repository, "url");
        return url is not null && repository!["oci"] is YamlScalar { Value: "true" } ? $"oci://{url}" : url;
    }

    internal static YamlMapping Merged(YamlMapping below, YamlMapping above)
    {
        foreach (var entry in above.Entries)
            below = below.With(entry.Key, below[entry.Key] is YamlMapping inner && entry.Value is YamlMapping other ? Merged(inner, other) : entry.Value);
        return below;
    }

    private static string? Text(YamlMapping mapping, string key) => mapping[key] is YamlScalar { Kind: not ScalarKind.Null } scalar ? scalar.Value : null;
}
