using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Processes;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Placing;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Helm;

/// <summary>What Helm rendered.</summary>
/// <param name="Helm">The version of the program, such as <c>v3.17.1</c>.</param>
/// <param name="Streams">The manifests, a stream for each chart and gateway.</param>
/// <param name="Charts">The charts that they were rendered from.</param>
/// <param name="Inputs">The files of values as Helm was given them.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record HelmRendering(
    string Helm, ImmutableArray<ManifestBytes> Streams, ImmutableArray<FoundChart> Charts, ImmutableArray<RevisionInput> Inputs, ImmutableArray<Finding> Findings);

/// <summary>
/// What the renderer <c>helm</c> runs: <c>helm template</c> of each chart and gateway with the user's values and the revision. The user's values win over the chart's,
/// and <c>revision</c> and <c>defaultRevision</c> are Meshlift's own: the default validator and tags are not the charts' business.
/// </summary>
/// <param name="charts">What is rendered.</param>
/// <param name="root">The folder that the files' paths start from.</param>
/// <param name="helm">The program.</param>
/// <param name="finder">Gets the charts.</param>
public sealed class HelmTemplate(ChartsSpec charts, string root, HelmProgram helm, ChartFinder finder)
{
    private const int MostLines = 20;

    /// <summary>Renders a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="locked">See <see cref="ChartFinder.FindAsync"/>.</param>
    /// <param name="progress">See <see cref="ChartFinder.FindAsync"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A file is wrong, a chart cannot be had, or Helm refuses; the message names the chart and holds what Helm said.</exception>
    public async Task<HelmRendering> RenderAsync(IstioVersion version, RevisionName revision, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        UnusableReleases.Refuse(version);
        var rendered = Releases().Select(release => release with { Values = Read(release, version, revision) }).ToImmutableArray();
        using var home = new TemporaryFolder();
        var program = await helm.VersionAsync(home.Path, cancel);
        var found = await finder.FindAsync([.. rendered.Select(release => release.Chart).Distinct()], version, revision, Path.Combine(home.Path, "charts"), locked, progress, cancel);
        var streams = ImmutableArray.CreateBuilder<ManifestBytes>(rendered.Length);
        var findings = found.Findings.ToBuilder();
        foreach (var release in rendered)
        {
            var chart = found.Charts.First(one => one.Chart == release.Chart);
            var output = await TemplateAsync(release, chart, revision, home.Path, cancel);
            streams.Add(new ManifestBytes($"{release} {version}", output.Output));
            findings.AddRange(Said(output.ErrorText, release));
        }
        return new HelmRendering(program, streams.DrainToImmutable(), found.Charts, [.. rendered.SelectMany(release => release.Inputs())], findings.ToImmutable());
    }

    private IEnumerable<Release> Releases() =>
    [
        .. charts.Components().Select(part => new Release(part.Chart, part.Spec.Release ?? part.Chart.DefaultRelease!, part.Spec.Namespace ?? charts.Namespace, part.Spec.Values)),
        .. charts.Gateways.Select(gateway => new Release(IstioChart.Gateway, gateway.Name, gateway.Namespace, gateway.Values)),
    ];

    private ImmutableArray<ValuesFile> Read(Release release, IstioVersion version, RevisionName revision)
    {
        ImmutableArray<ValuesFile> files = [.. release.Files.Select(path => ValuesFile.Read(root, path, version, revision))];
        foreach (var file in files)
        {
            if (release.Chart == IstioChart.Base) file.Refuse("defaultRevision", "", "remove it: Meshlift renders the default validator itself, and moves it with the tags");
            // A gateway may follow a tag, whose name then stands in its values.
            else if (release.Chart != IstioChart.Gateway) file.Refuse("revision", Value(revision), "write ${revision} in its place, or remove it; spec.istio.revision of meshlift.yaml says how revisions are named");
        }
        return files;
    }

    private async Task<ProgramOutput> TemplateAsync(Release release, FoundChart chart, RevisionName revision, string home, CancellationToken cancel)
    {
        var copies = release.Values.Select((file, i) => Copy(file, i, home)).ToImmutableArray();
        var output = await helm.RunAsync(home, Arguments(chart.Folder, copies), Arguments(chart.Origin, release.Files.Select(file => file.Value)), cancel);
        if (output.ExitCode == 0) return output;
        var failure = output.Failure(release.Files.IsEmpty ? "check the chart, and spec.istio.charts in meshlift.yaml" : $"correct {string.Join(", ", release.Files)}");
        throw new UserException(ErrorKind.Input, $"{release} cannot be rendered: {failure.Message}", failure.Remedy, failure);

        ImmutableArray<string> Arguments(string folder, IEnumerable<string> files) =>
        [
            "template", release.Name, folder, "--namespace", release.Namespace, "--include-crds", "--kube-version", charts.Kubernetes,
            .. files.SelectMany(file => (string[])["-f", file]),
            .. Own(release, revision) is var (key, value) ? (string[])["--set-string", $"{key}={value}"] : [],
        ];
    }

    /// <summary>The value that Meshlift gives a chart; null when the user's own stands.</summary>
    private static (string Key, string Value)? Own(Release release, RevisionName revision)
    {
        if (release.Chart == IstioChart.Base) return ("defaultRevision", "");
        return release.Chart == IstioChart.Gateway && release.Values.Any(file => file.Values?["revision"] is not null) ? null : ("revision", Value(revision));
    }

    private static string Value(RevisionName revision) => revision.IsDefault ? "" : revision.Value;

    private static string Copy(ValuesFile file, int index, string home)
    {
        // By number: Helm splits what stands behind -f at commas, and two files may have one name.
        var copy = string.Create(CultureInfo.InvariantCulture, $"values-{index + 1}.yaml");
        BoundedFile.Write(Path.Combine(home, copy), file.Content);
        return copy;
    }

    private static IEnumerable<Finding> Said(string text, Release release)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        if (lines.Count > MostLines) lines = [.. lines.Take(MostLines), $"... and {lines.Count - MostLines} more lines"];
        return lines.Select(line => new Finding("ML1025", Severity.Warning, $"helm says of {release}: {line}", release.Files.IsEmpty ? "spec.istio.charts" : string.Join(", ", release.Files)));
    }

    /// <summary>One run of <c>helm template</c>.</summary>
    private sealed record Release(IstioChart Chart, string Name, string Namespace, ImmutableArray<RepositoryPath> Files)
    {
        public ImmutableArray<ValuesFile> Values { get; init; } = [];

        /// <summary>The values, named after the chart or the gateway; of several files each with its place in the order.</summary>
        public IEnumerable<RevisionInput> Inputs()
        {
            var name = Chart == IstioChart.Gateway ? $"gateway-{Namespace}-{Name}" : Chart.Name;
            return Values.Select((file, i) => new RevisionInput(string.Create(CultureInfo.InvariantCulture, $"values-{name}{(Values.Length == 1 ? "" : $"-{i + 1}")}.yaml"), file.Content));
        }

        public override string ToString() => Chart == IstioChart.Gateway ? $"chart {Chart} ({Namespace}/{Name})" : $"chart {Chart}";
    }
}
