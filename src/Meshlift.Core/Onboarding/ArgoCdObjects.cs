using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>What Argo CD's Applications in a repository say.</summary>
internal sealed class ArgoCdObjects
{
    private readonly ImmutableArray<(RepositoryDocument Application, YamlMapping Source)> _sources;

    public ArgoCdObjects(IReadOnlyCollection<RepositoryDocument> all, ImmutableSortedSet<string> paths)
    {
        _sources = [.. all.Where(document => document.Group == "argoproj.io" && document.Kind is "Application" or "ApplicationSet").SelectMany(Sources)];
        Evidence = all.FirstOrDefault(document => document.Group == "argoproj.io" && document.Kind is "Application" or "ApplicationSet" or "AppProject")?.Path;
        Releases = [.. _sources.Select(source => Release(source.Application, source.Source, paths)).OfType<ChartRelease>()];
        Folders =
        [
            .. _sources.Where(source => source.Source["chart"] is null).Select(source => source.Source["path"] is YamlScalar path ? RepositoryTree.Resolve("", path.Value) : null)
                .OfType<string>().Where(path => path.Length > 0).Distinct(StringComparer.Ordinal),
        ];
        Repository = _sources.Where(source => source.Source["path"] is not null).Select(source => (source.Source["repoURL"] as YamlScalar)?.Value).FirstOrDefault(url => !string.IsNullOrEmpty(url));
    }

    /// <summary>A file that says that Argo CD delivers; null when there is none.</summary>
    public string? Evidence { get; }

    public ImmutableArray<ChartRelease> Releases { get; }

    /// <summary>The folders of this repository that Applications apply.</summary>
    public ImmutableArray<string> Folders { get; }

    /// <summary>This repository, as Applications name it; null when none does.</summary>
    public string? Repository { get; }

    public bool Applies(string path) => Folders.Any(folder => RepositoryTree.IsBelow(path, folder));

    private static IEnumerable<(RepositoryDocument, YamlMapping)> Sources(RepositoryDocument application)
    {
        var spec = application.Kind == "Application" ? application.Node("spec") : application.Node("spec", "template", "spec");
        if (RepositoryDocument.Walk(spec, "source") is YamlMapping one) yield return (application, one);
        foreach (var source in (RepositoryDocument.Walk(spec, "sources") as YamlSequence)?.Items.OfType<YamlMapping>() ?? []) yield return (application, source);
    }

    private static ChartRelease? Release(RepositoryDocument application, YamlMapping source, ImmutableSortedSet<string> paths)
    {
        if (application.Kind != "Application" || ChartRelease.ChartOf((source["chart"] as YamlScalar)?.Value) is not { } chart) return null;
        var helm = source["helm"] as YamlMapping;
        var url = (source["repoURL"] as YamlScalar)?.Value;
        // Argo CD leaves the scheme of an OCI registry out.
        if (url is not null && !url.Contains("://", StringComparison.Ordinal)) url = $"oci://{url}";
        var values = YamlMapping.Empty;
        if ((helm?["values"] as YamlScalar)?.AsString is { } text && Parse(text) is { } parsed) values = parsed;
        if (helm?["valuesObject"] is YamlMapping objects) values = objects;
        var files = (helm?["valueFiles"] as YamlSequence)?.Items.Select(file => file.ToString() ?? "").Select(file => (file, Found: Find(file, paths))).ToList() ?? [];
        return new ChartRelease(
            chart,
            (helm?["releaseName"] as YamlScalar)?.Value ?? application.Text("metadata", "name") ?? chart.Name,
            application.Text("spec", "destination", "namespace"),
            (source["targetRevision"] as YamlScalar)?.Value,
            url,
            values.Entries.IsEmpty ? null : values,
            [.. files.Select(file => file.Found).OfType<string>()],
            [.. files.Where(file => file.Found is null).Select(file => $"the values {file.file}"), .. helm?["parameters"] is null ? (string[])[] : [$"its parameters in {application.Path}"]],
            application.Path);
    }

    // $values/PATH names a file of another source, which usually is this repository.
    private static string? Find(string file, ImmutableSortedSet<string> paths) =>
        file.StartsWith('$') && file.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && paths.Contains(file[(slash + 1)..]) ? file[(slash + 1)..] : null;

    private static YamlMapping? Parse(string values)
    {
        try
        {
            return YamlReader.Read(values) as YamlMapping;
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }
}
