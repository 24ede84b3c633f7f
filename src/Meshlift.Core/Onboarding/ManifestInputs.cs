using System.Collections.Immutable;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Onboarding;

/// <summary>Where the manifests of a version are read from.</summary>
/// <param name="Source">The place, in the form of <c>spec.istio.manifests</c>.</param>
/// <param name="Files">A file for each version, where the repository has no place of this form.</param>
/// <param name="Findings">What a person should know.</param>
internal sealed record ManifestInputs(string Source, ImmutableArray<DraftFile> Files, ImmutableArray<Finding> Findings)
{
    private const string Usual = "vendor/istio/${version}/all.yaml";

    public static ManifestInputs Choose(RepositoryShape shape, InitAnswers answers, ImmutableArray<StandingVersion> standing)
    {
        if (answers.Manifests is not null) return new ManifestInputs(answers.Manifests.Template, [], []);
        if (shape.Source is not null) return new ManifestInputs(shape.Source, [], []);
        var files = ImmutableArray.CreateBuilder<DraftFile>();
        foreach (var version in standing.DistinctBy(one => one.Version))
        {
            var cluster = shape.Clusters.First(one => one.Path == version.Cluster.Path.Value);
            var plane = cluster.Planes.First(one => one.Revision == version.Revision);
            var resources = cluster.Of(plane).DistinctBy(one => one.Resource.Identity).OrderBy(one => one.Resource.Identity).ToList();
            files.Add(new DraftFile(
                Usual.Replace("${version}", version.Version.ToString(), StringComparison.Ordinal),
                Stream(resources),
                $"{Counted.Of(resources.Count, "resource")} of {version.Version} as {(resources.Count == 1 ? "it stands" : "they stand")} for {version.Cluster.Name}"));
        }
        return new ManifestInputs(Usual, files.DrainToImmutable(), []);
    }

    private static ReadOnlyMemory<byte> Stream(List<StandingResource> resources)
    {
        using var stream = new MemoryStream();
        foreach (var resource in resources)
        {
            stream.Write("---\n"u8);
            stream.Write(resource.Resource.ToCanonicalYaml().Span);
        }
        return stream.ToArray();
    }
}
