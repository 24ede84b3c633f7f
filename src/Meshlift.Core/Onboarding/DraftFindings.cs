using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Onboarding;

/// <summary>What a person should know about a repository before Meshlift takes over.</summary>
public static class DraftFindings
{
    internal static IEnumerable<Finding> Of(RepositoryShape shape, Renderer renderer, ImmutableArray<StandingVersion> standing, ImmutableArray<NamedCluster> clusters, InitAnswers answers)
    {
        if (standing.Select(one => one.Version).Distinct().Order().ToList() is { Count: > 1 } versions)
            yield return new Finding("ML1054", Severity.Note, $"{versions.Count} versions stand here: {string.Join("; ", standing.Select(one => $"{one.Version} as {one.Revision} in {one.Cluster.Name}"))}; render the oldest first, so that it keeps what it is in charge of", "spec.istio.versions");
        foreach (var handover in Handover(shape, renderer)) yield return handover;
        if (shape.Folders().Skip(1).Any() && answers.Folder is null)
            yield return new Finding("ML1051", Severity.Warning, $"the clusters keep Istio in {string.Join(" and in ", shape.Folders())}; in all of them it will stand in {shape.Folders().First()}", "spec.layout.folder");
        foreach (var gone in answers.Clusters.IsEmpty ? [] : shape.Clusters.Where(cluster => clusters.All(one => one.Path.Value != cluster.Path)))
            yield return new Finding("ML1051", Severity.Warning, "Istio stands here too, but no cluster that you named has this folder", gone.Path);
    }

    /// <summary>What is told of people's own patches.</summary>
    /// <param name="shape">The repository.</param>
    /// <param name="applied">Those that stand where Meshlift applies patches.</param>
    /// <param name="superseded">Those among them that do not apply to what Meshlift writes.</param>
    public static IEnumerable<Finding> Patches(RepositoryShape shape, IReadOnlyCollection<string> applied, IReadOnlyCollection<string> superseded)
    {
        foreach (var patch in superseded)
            yield return new Finding("ML1057", Severity.Warning, "this patch does not apply to what Meshlift writes; what it did is in the patch that is written now, or told as changed", patch);
        foreach (var patch in shape.Patches.Except(applied, StringComparer.Ordinal))
            yield return new Finding("ML1057", Severity.Warning, "a patch of your own that Meshlift does not apply: those that it does stand in istio/patches or beside a revision; what this one did is in the patch that is written now, or told as changed", patch);
    }

    /// <summary>What the engine would do to the cluster when what it delivers today leaves Git.</summary>
    private static IEnumerable<Finding> Handover(RepositoryShape shape, Renderer renderer)
    {
        foreach (var engine in shape.Engines.Where(one => one.DeliversIstio))
        {
            var releases = renderer == Renderer.Helm ? string.Join(", ", shape.Charts.Where(release => release.Path.Length > 0).Select(release => release.Name).Distinct(StringComparer.Ordinal)) : "";
            var advice = (engine.Engine, releases) switch
            {
                (DeliveryEngine.Flux, "") => "a Kustomization with 'prune: true' deletes what leaves its folder; write 'prune: false' there until Meshlift's own have taken over",
                (DeliveryEngine.Flux, _) => $"Flux uninstalls a HelmRelease that leaves Git; suspend them first (flux suspend helmrelease NAME), then remove them from {string.Join(" and ", shape.Charts.Select(release => release.Path).Distinct(StringComparer.Ordinal))}: {releases}",
                (DeliveryEngine.ArgoCd, "") => "an Application that prunes deletes what leaves its folder; switch pruning off until Meshlift's own have taken over",
                (DeliveryEngine.ArgoCd, _) => $"delete the Applications of charts without what they applied (argocd app delete NAME --cascade=false): {releases}",
                (_, "") => "never uninstall the releases that hold Istio today, which would delete it; delete their records (kubectl delete secret --selector owner=helm,name=RELEASE), and take them out of the Helmfile",
                _ => $"never uninstall these releases, which would delete Istio; delete their records (kubectl delete secret --selector owner=helm,name=RELEASE), and take them out of the Helmfile: {releases}",
            };
            yield return new Finding("ML1058", Severity.Warning, $"{NameOf(engine.Engine)} delivers Istio today: {advice}", engine.Evidence);
        }
    }

    private static string NameOf(DeliveryEngine engine) => engine switch { DeliveryEngine.ArgoCd => "Argo CD", var other => other.ToString() };

    private static IEnumerable<string> Folders(this RepositoryShape shape) => shape.Clusters.Where(cluster => !cluster.Planes.IsEmpty).Select(cluster => cluster.Folder).Distinct(StringComparer.Ordinal);
}
