using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>A section of values that lost its content.</summary>
internal sealed class EmptySectionsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML3017", "empty_sections", Severity.Warning, "a section of a chart's values with nothing in it");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        var named = notes.All<NamedFileNote>().Where(one => !one.Note.IsSecret).Select(one => one.Note.File).ToHashSet(StringComparer.Ordinal);
        var ends = named.Where(file => file[0] == '*').Select(file => file[1..]).ToList();
        var charts = notes.All<ChartNote>().GroupBy(one => one.Note.Folder + "/values.yaml", StringComparer.Ordinal).ToDictionary(group => group.Key.TrimStart('/'), group => group.First().Note.Dependencies, StringComparer.Ordinal);
        foreach (var (noted, values) in notes.All<ValuesNote>())
        {
            // A chart's own values are the defaults; only those of a chart that it depends on can be taken away in them.
            if (values.Empty.IsEmpty) continue;
            var isOverride = values.IsOverride || named.Contains(noted.File.ShownAs) || ends.Exists(end => ("/" + noted.File.ShownAs).EndsWith(end, StringComparison.Ordinal));
            var below = isOverride ? [] : charts.TryGetValue(noted.File.ShownAs.TrimStart('/'), out var dependencies) ? dependencies : [];
            foreach (var (at, path) in values.Empty)
                if (isOverride || below.Any(chart => path.StartsWith(chart + ".", StringComparison.Ordinal)))
                    yield return AcrossHit.Of(Info, noted, at, path, "nothing stands here, so Helm takes the chart's default away as well", "write what belongs here, {} to keep the default, or null to take it away on purpose");
        }
    }
}

/// <summary>Secrets of a helmfile that anybody can read.</summary>
internal sealed class HelmfileSecretsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML3021", "helmfile_secrets", Severity.Error, "a file of secrets of a helmfile that is not encrypted");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        var files = notes.All<ValuesNote>().Where(one => one.Note is { Identity: null, IsOverride: false }).ToLookup(one => one.Noted.File.ShownAs, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (noted, named) in notes.All<NamedFileNote>())
        {
            if (!named.IsSecret || !seen.Add(named.File)) continue;
            if (!files.Contains(named.File)) yield return AcrossHit.Unknown(noted, $"{named.File} is not among the files");
            else if (files[named.File].Any(one => one.Note.IsPlain)) yield return AcrossHit.Of(Info, noted, named.At, named.Path, $"{named.File} is not encrypted: everybody who can read the repository can read the secrets, and helm-secrets refuses the file", "encrypt it with sops, and change the secrets: the history keeps them");
        }
    }
}
