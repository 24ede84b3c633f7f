using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>From what a repository is, and what a person said, to a configuration that fits.</summary>
public static class MeshDrafting
{
    /// <summary>Drafts a configuration, or says what is missing for one.</summary>
    /// <exception cref="UserException">An answer contradicts what the repository holds.</exception>
    public static DraftResult Draft(RepositoryShape shape, InitAnswers answers)
    {
        var missing = ImmutableArray.CreateBuilder<InitQuestion>();
        var renderer = answers.Renderer ?? RendererOf(shape, answers, missing);
        var operators = renderer == Renderer.Istioctl ? OperatorChoice.Choose(shape, answers, missing) : new OperatorChoice([], []);
        var charts = renderer == Renderer.Helm ? ChartDrafting.Choose(shape) : null;
        var named = Named(shape, charts, operators, answers, missing);
        var template = answers.Revision ?? (named.IsEmpty ? null : RevisionNaming.Find([.. named.Select(one => (one.Revision, (IstioVersion?)one.Version))]));
        if (template is null && !named.IsEmpty)
            missing.Add(new InitQuestion("--revision", $"How are revisions named? No one template gives {string.Join(" and ", named.Select(one => $"{one.Revision} for {one.Version}"))}", [], "{major}-{minor}-{patch}"));
        var engine = answers.Engine ?? EngineOf(shape, missing);
        var clusters = Clusters(shape, answers, missing);
        var repository = answers.Repository?.Text ?? (engine == DeliveryEngine.ArgoCd ? UsableRemote(shape.Repository) : null);
        if (engine == DeliveryEngine.ArgoCd && repository is null)
            missing.Add(new InitQuestion("--repository", "What is this repository's address, as Argo CD clones it?", [], "https://github.com/acme/platform.git"));
        if (missing.Count > 0) return new DraftResult(null, missing.DrainToImmutable());

        var standing = Standing(shape, named, clusters, answers);
        var manifests = renderer == Renderer.Manifests ? ManifestInputs.Choose(shape, answers, standing) : null;
        var draft = new MeshDraft
        {
            Name = answers.Name ?? (EnvironmentOrder.Label(shape.Name) is { Length: > 0 } label ? label : "mesh"),
            Version = named[^1].Version,
            Revision = template!,
            Renderer = renderer!.Value,
            Operators = operators.Files,
            Program = answers.Program,
            Charts = charts?.Charts,
            Manifests = manifests?.Source,
            Engine = engine!.Value,
            EngineReason = answers.Engine is null ? shape.Engines.First(one => one.Engine == engine).Evidence : "",
            Folder = answers.Folder?.Value ?? shape.Clusters.Select(cluster => cluster.Folder).FirstOrDefault() ?? "istio-system",
            FluxSource = engine == DeliveryEngine.Flux && shape.FluxSource is { } source && source != ("flux-system", "flux-system") ? source : null,
            Repository = engine == DeliveryEngine.ArgoCd ? repository : null,
            Environments = EnvironmentOrder.Of(clusters),
            Files = [.. charts?.Files ?? [], .. manifests?.Files ?? []],
            Standing = standing,
            Findings = [.. shape.Findings, .. operators.Findings, .. charts?.Findings ?? [], .. manifests?.Findings ?? [], .. DraftFindings.Of(shape, renderer!.Value, standing, clusters, answers)],
        };
        return new DraftResult(draft, []);
    }

    private static Renderer? RendererOf(RepositoryShape shape, InitAnswers answers, ImmutableArray<InitQuestion>.Builder missing)
    {
        if (!answers.Operators.IsEmpty) return Renderer.Istioctl;
        if (answers.Manifests is not null) return Renderer.Manifests;
        var hasManifests = shape.Source is not null || shape.Clusters.Any(cluster => !cluster.Planes.IsEmpty);
        if (shape.Charts.IsEmpty && !shape.Operators.IsEmpty) return Renderer.Istioctl;
        if (shape.Charts.IsEmpty && hasManifests) return Renderer.Manifests;
        if (!shape.Charts.IsEmpty && shape.Operators.IsEmpty && !hasManifests) return Renderer.Helm;
        var found = new[] { (shape.Charts.Select(release => release.Path), "releases of charts in"), (shape.Operators.Select(one => one.Path), "IstioOperator files in"), (shape.Planes.Select(plane => plane.File), "manifests in") }
            .Where(one => one.Item1.Any()).Select(one => $"{one.Item2} {one.Item1.First()}");
        missing.Add(new InitQuestion("--renderer", $"What renders Istio? There are {string.Join(" and ", found)}", InitAnswers.Words<Renderer>(), "istioctl"));
        return null;
    }

    /// <summary>The revisions that stand anywhere, each with its version, oldest first.</summary>
    private static ImmutableArray<(RevisionName Revision, IstioVersion Version)> Named(RepositoryShape shape, ChartChoice? charts, OperatorChoice operators, InitAnswers answers, ImmutableArray<InitQuestion>.Builder missing)
    {
        var planes = shape.Planes.Select(plane => (plane.Revision, plane.Version)).ToList();
        if (planes.Count == 0)
        {
            var input = shape.Operators.FirstOrDefault(one => operators.Files.Contains(one.Path, StringComparer.Ordinal));
            planes = charts is not null ? [.. charts.Planes] : [(input?.Revision ?? RevisionName.Default, input?.Version)];
        }
        // Only one that the repository does not name is asked for.
        var known = planes.Select(plane => (plane.Revision, Version: plane.Version ?? answers.Version)).Distinct().OrderBy(plane => plane.Version).ToList();
        if (known.Count > 0 && known.All(plane => plane.Version is not null)) return [.. known.Select(plane => (plane.Revision, plane.Version!))];
        missing.Add(new InitQuestion("--istio", known.Count > 1 ? $"Which version of Istio is the revision {known.First(plane => plane.Version is null).Revision}?" : "Which version of Istio stands there?", [], "1.30.3"));
        return [];
    }

    private static DeliveryEngine? EngineOf(RepositoryShape shape, ImmutableArray<InitQuestion>.Builder missing)
    {
        var delivering = shape.Engines.Where(one => one.DeliversIstio).ToList();
        if (delivering is [var sure]) return sure.Engine;
        if (delivering.Count == 0 && shape.Engines is [var only]) return only.Engine;
        var seen = shape.Engines.IsEmpty ? "Nothing in this repository says" : $"There are {string.Join(" and ", shape.Engines.Select(one => $"{one.Engine.ToString().ToLowerInvariant()} ({one.Evidence})"))}";
        missing.Add(new InitQuestion("--engine", $"What delivers the files to the clusters? {seen}", InitAnswers.Words<DeliveryEngine>(), shape.Engines.IsEmpty ? "plain" : shape.Engines[0].Engine.ToString().ToLowerInvariant()));
        return null;
    }

    private static ImmutableArray<NamedCluster> Clusters(RepositoryShape shape, InitAnswers answers, ImmutableArray<InitQuestion>.Builder missing)
    {
        if (!answers.Clusters.IsEmpty) return answers.Clusters;
        if (shape.Clusters.IsEmpty)
        {
            missing.Add(new InitQuestion("--cluster", "Which clusters are there, and which folder of this repository is each one's own?", [], "testing=clusters/testing"));
            return [];
        }
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. shape.Clusters.Select(cluster => new NamedCluster(Free(EnvironmentOrder.Label(cluster.Name ?? shape.Name)), RepositoryPath.Parse(cluster.Path)))];

        string Free(string name)
        {
            if (name.Length == 0) name = "cluster";
            for (var i = 2; !taken.Add(name); i++) name = $"{name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').TrimEnd('-')}-{i}";
            return name;
        }
    }

    private static ImmutableArray<StandingVersion> Standing(RepositoryShape shape, ImmutableArray<(RevisionName Revision, IstioVersion Version)> named, ImmutableArray<NamedCluster> clusters, InitAnswers answers)
    {
        var standing = new List<StandingVersion>();
        foreach (var cluster in clusters)
        {
            var found = shape.Clusters.FirstOrDefault(one => one.Path == cluster.Path.Value);
            var planes = found is { Planes.IsEmpty: false } ? found.Planes.Select(plane => (plane.Revision, Version: plane.Version ?? answers.Version!)) : [named[^1]];
            standing.AddRange(planes.Select(plane => new StandingVersion(cluster, plane.Revision, plane.Version)));
        }
        return [.. standing.OrderBy(one => one.Version)];
    }

    /// <summary>What Argo CD can clone; a folder of this machine is nothing to it.</summary>
    private static string? UsableRemote(string? remote)
    {
        try
        {
            return remote is null || remote[0] is '/' or '.' || remote.StartsWith("file:", StringComparison.Ordinal) ? null : GitRemote.Parse(remote).Text;
        }
        catch (UserException)
        {
            return null;
        }
    }
}
