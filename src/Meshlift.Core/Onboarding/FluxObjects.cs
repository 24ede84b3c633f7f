using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>A cluster that an engine syncs from this repository.</summary>
/// <param name="Name">What its folder is called.</param>
/// <param name="Path">Its folder; empty for the repository itself.</param>
/// <param name="Reach">Every folder that is applied to it, its own among them.</param>
/// <param name="Source">The object that brings the repository.</param>
/// <param name="Namespace">That object's namespace.</param>
internal sealed record SyncedCluster(string Name, string Path, ImmutableArray<string> Reach, string Source, string Namespace);

/// <summary>What Flux's objects in a repository say.</summary>
internal sealed class FluxObjects
{
    private readonly IReadOnlyCollection<RepositoryDocument> _all;
    private readonly ImmutableArray<RepositoryDocument> _kustomizations;

    public FluxObjects(IReadOnlyCollection<RepositoryDocument> all)
    {
        _all = all;
        _kustomizations = [.. all.Where(document => document is { Kind: "Kustomization", Group: "kustomize.toolkit.fluxcd.io" } && document.Text("spec", "path") is not null)];
        Clusters = [.. _kustomizations.Where(IsRoot).Select(Cluster).OfType<SyncedCluster>().DistinctBy(cluster => cluster.Path, StringComparer.Ordinal).OrderBy(cluster => cluster.Path, StringComparer.Ordinal)];
        Releases = [.. all.Where(document => document is { Kind: "HelmRelease", Group: "helm.toolkit.fluxcd.io" }).Select(Release).OfType<ChartRelease>()];
    }

    /// <summary>A file that says that Flux delivers; null when there is none.</summary>
    public string? Evidence => _kustomizations.FirstOrDefault()?.Path ?? _all.FirstOrDefault(document => document.Group.EndsWith("toolkit.fluxcd.io", StringComparison.Ordinal))?.Path;

    public ImmutableArray<SyncedCluster> Clusters { get; }

    public ImmutableArray<ChartRelease> Releases { get; }

    /// <summary>True when a Kustomization applies a file.</summary>
    public bool Applies(string path) => _kustomizations.Any(one => PathOf(one) is { } folder && RepositoryTree.IsBelow(path, folder));

    // 'flux bootstrap' writes flux-system/gotk-sync.yaml, with a Kustomization of this name.
    private static bool IsRoot(RepositoryDocument document) => document.Text("metadata", "name") == "flux-system" || RepositoryTree.NameOf(document.Path) == "gotk-sync.yaml";

    private static string? PathOf(RepositoryDocument kustomization) => RepositoryTree.Resolve("", kustomization.Text("spec", "path")!);

    private SyncedCluster? Cluster(RepositoryDocument root)
    {
        if (PathOf(root) is not { } path) return null;
        var source = root.Text("spec", "sourceRef", "name") ?? "flux-system";
        var reach = new List<string> { path };
        for (var i = 0; i < reach.Count; i++)
            foreach (var kustomization in _kustomizations.Where(one => RepositoryTree.IsBelow(one.Path, reach[i]) && one.Text("spec", "sourceRef", "name") == source))
                if (PathOf(kustomization) is { } below && !reach.Contains(below, StringComparer.Ordinal)) reach.Add(below);
        return new SyncedCluster(RepositoryTree.NameOf(path), path, [.. reach], source, root.Text("spec", "sourceRef", "namespace") ?? root.Text("metadata", "namespace") ?? "flux-system");
    }

    private ChartRelease? Release(RepositoryDocument release)
    {
        var variables = FluxVariables.Of(_kustomizations.Where(one => PathOf(one) is { } folder && RepositoryTree.IsBelow(release.Path, folder)), _all);
        var (chart, version, source) = ChartOf(release);
        if (ChartRelease.ChartOf(chart) is not { } known) return null;
        var name = release.Text("metadata", "name") ?? known.Name;
        var target = release.Text("spec", "targetNamespace");
        var unseen = (release.Node("spec", "valuesFrom") as YamlSequence)?.Items.OfType<YamlMapping>().Select(from => $"the {from["kind"]} {from["name"]}") ?? [];
        return new ChartRelease(
            known,
            release.Text("spec", "releaseName") ?? (target is null ? name : $"{target}-{name}"),
            target ?? release.Text("metadata", "namespace"),
            version is null ? null : variables.Fill(version),
            source is null ? null : variables.Fill(source),
            release.Node("spec", "values") is YamlMapping { Entries.IsEmpty: false } values ? (YamlMapping)variables.Fill(values) : null,
            [],
            [.. unseen],
            release.Path);
    }

    private (string? Chart, string? Version, string? Source) ChartOf(RepositoryDocument release)
    {
        if (release.Text("spec", "chartRef", "name") is { } reference)
        {
            // Each chart is an OCI repository of its own, below the place that Meshlift is told.
            var oci = Source("OCIRepository", reference);
            var address = oci?.Text("spec", "url") ?? "";
            return (RepositoryTree.NameOf(address), oci?.Text("spec", "ref", "tag") ?? oci?.Text("spec", "ref", "semver"), address.Contains("://", StringComparison.Ordinal) ? RepositoryTree.FolderOf(address) : null);
        }
        var chart = release.Text("spec", "chart", "spec", "chart");
        var repository = Source("HelmRepository", release.Text("spec", "chart", "spec", "sourceRef", "name"));
        return (chart, release.Text("spec", "chart", "spec", "version"), repository?.Text("spec", "url"));
    }

    private RepositoryDocument? Source(string kind, string? name) => _all.FirstOrDefault(document => document.Kind == kind && document.Group == "source.toolkit.fluxcd.io" && document.Text("metadata", "name") == name);
}
