using System.Globalization;
using Meshlift.Core.Manifests;
using Meshlift.Core.Onboarding;
using Meshlift.Yaml;
using static Meshlift.Core.Checks.Across.NoteReader;

namespace Meshlift.Core.Checks.Across;

/// <summary>Reads releases of charts, and what else engines bring into a cluster.</summary>
internal static class ReleaseNotes
{
    private const string OwnSource = "flux-system";

    public static IEnumerable<Note> Of(Resource resource, SourcePosition at, YamlMapping? spec) => (resource.Identity.Group, resource.Identity.Kind) switch
    {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => OfHelmRelease(resource, at, spec),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => OfFluxKustomization(at, spec),
        ("argoproj.io", "Application") => OfApplication(resource, at, spec),
        // What they generate, or stand for, is not in the files.
        ("argoproj.io", "ApplicationSet") => [new MakesNote(at, null), new NamesNamespacesNote(at)],
        ("argoproj.io", "AppProject" or "AnalysisTemplate") => [],
        _ => [new MakesNote(at, resource.Identity.Namespace.Length == 0 ? null : resource.Identity.Namespace)],
    };

    public static IEnumerable<Note> OfHelmfile(YamlMapping root, string folder, SourcePosition at)
    {
        for (var i = 0; i < ((root["releases"] as YamlSequence)?.Items.Length ?? 0); i++)
        {
            if (((YamlSequence)root["releases"]!).Items[i] is not YamlMapping release) continue;
            var path = string.Create(CultureInfo.InvariantCulture, $"releases[{i}]");
            var place = Text(release, "namespace");
            yield return new MakesNote(at, place is null || IsTemplate(place) ? null : place);
            foreach (var note in OfFiles(release, folder, path)) yield return note;
            foreach (var values in ((release["values"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>()) yield return ValuesReader.Read(null, values, values.Span?.Start ?? at, $"{path}.values");
            // One of several that take turns is no second one.
            var takesTurns = release["condition"] is not null || Text(release, "installed") is { } installed && installed != "true";
            if (release["name"] is YamlScalar { Value.Length: > 0 } name && !IsTemplate(name.Value))
                yield return new ReleaseNote(null, name.Span?.Start ?? at, name.Value, $"{path}.name", takesTurns || (place is not null && IsTemplate(place)) ? "" : $"helmfile {Text(release, "kubeContext")}/{place}");
        }
        for (var i = 0; i < ((root["secrets"] as YamlSequence)?.Items.Length ?? 0); i++)
            if (((YamlSequence)root["secrets"]!).Items[i] is YamlScalar file && Resolve(folder, file.Value) is { } found)
                yield return new NamedFileNote(null, file.Span?.Start ?? at, found, string.Create(CultureInfo.InvariantCulture, $"secrets[{i}]"), IsSecret: true);
    }

    private static IEnumerable<Note> OfFiles(YamlMapping release, string folder, string path)
    {
        foreach (var list in (string[])["values", "secrets"])
            for (var i = 0; i < ((release[list] as YamlSequence)?.Items.Length ?? 0); i++)
                if (((YamlSequence)release[list]!).Items[i] is YamlScalar { AsString: { } file } at && Resolve(folder, file) is { } found)
                    yield return new NamedFileNote(null, at.Span?.Start ?? new SourcePosition(0, 1, 1), found, string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{i}]"), list == "secrets");
    }

    private static IEnumerable<Note> OfHelmRelease(Resource resource, SourcePosition at, YamlMapping? spec)
    {
        var target = Text(spec, "targetNamespace");
        yield return new MakesNote(at, spec?["kubeConfig"] is not null ? null : target ?? (resource.Identity.Namespace.Length == 0 ? null : resource.Identity.Namespace));
        if (spec?["values"] is YamlMapping values) yield return ValuesReader.Read(resource.Identity, values, values.Span?.Start ?? at, "spec.values");
        // Flux shortens a name that it makes up, and never one that is given (docs of HelmRelease, "Release name").
        var given = spec?["releaseName"] as YamlScalar;
        var name = given?.AsString ?? (target is null ? resource.Identity.Name : $"{target}-{resource.Identity.Name}");
        if (IsTemplate(name)) yield break;
        var storage = Text(spec, "storageNamespace") ?? resource.Identity.Namespace;
        var other = ((spec?["kubeConfig"] as YamlMapping)?["secretRef"] as YamlMapping) is { } config ? Text(config, "name") : "";
        yield return new ReleaseNote(resource.Identity, given?.Span?.Start ?? at, given is null && name.Length > ReleaseNamesRule.Longest ? name[..ReleaseNamesRule.Longest].TrimEnd('-', '.') : name, given is null ? "metadata.name" : "spec.releaseName", given is null && name.Length > ReleaseNamesRule.Longest ? "" : $"Flux {other}/{storage}");
    }

    private static IEnumerable<Note> OfFluxKustomization(SourcePosition at, YamlMapping? spec)
    {
        var target = Text(spec, "targetNamespace");
        if (target is not null) yield return new NamesNamespacesNote(at);
        // What the repository that Flux was installed from holds is most likely among these files.
        if (Text(spec?["sourceRef"] as YamlMapping, "name") != OwnSource) yield return new MakesNote(at, target);
    }

    private static IEnumerable<Note> OfApplication(Resource resource, SourcePosition at, YamlMapping? spec)
    {
        var destination = spec?["destination"] as YamlMapping;
        yield return new NamesNamespacesNote(at);
        yield return new MakesNote(at, Text(destination, "namespace"));
        foreach (var source in Enumerable.Repeat(spec?["source"], 1).Concat((spec?["sources"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>())
        {
            var helm = source["helm"] as YamlMapping;
            foreach (var file in (helm?["valueFiles"] as YamlSequence)?.Items.OfType<YamlScalar>() ?? [])
                if (EndOf(Text(source, "path"), file.Value) is { } end) yield return new NamedFileNote(resource.Identity, file.Span?.Start ?? at, end, "spec.source.helm.valueFiles", IsSecret: false);
            if (helm?["valuesObject"] is YamlMapping values) yield return ValuesReader.Read(resource.Identity, values, values.Span?.Start ?? at, "spec.source.helm.valuesObject");
            // A source without a chart may as well be plain manifests, for which no name is made.
            if (helm is null && source["chart"] is null) continue;
            var given = helm?["releaseName"] as YamlScalar;
            var name = given?.AsString ?? resource.Identity.Name;
            if (!IsTemplate(name))
                yield return new ReleaseNote(
                    resource.Identity, given?.Span?.Start ?? at, name, given is null ? "metadata.name" : "spec.source.helm.releaseName",
                    $"Argo CD {Text(destination, "server")}{Text(destination, "name")}/{Text(destination, "namespace")} {Text(source, "repoURL")} {Text(source, "chart")}{Text(source, "path")}");
        }
    }

    /// <summary>The path of an Application starts at the root of a repository that may not be where the check began.</summary>
    private static string? EndOf(string? folder, string file) => file.StartsWith('$')
        ? file.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? "*" + file[slash..] : null
        : folder is not null && Resolve(folder, file) is { } found ? "*/" + found.TrimStart('/') : null;

    private static string? Resolve(string folder, string file) => IsTemplate(file) || file.Contains("://", StringComparison.Ordinal) || file.Contains('*', StringComparison.Ordinal)
        ? null
        : RepositoryTree.Resolve(folder, file) is { } found ? folder.StartsWith('/') ? "/" + found : found : null;

    private static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal) || text.Contains("${", StringComparison.Ordinal);
}
