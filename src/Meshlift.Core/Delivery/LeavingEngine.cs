using System.Collections.Immutable;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Delivery;

/// <summary>Tells what an engine that no longer delivers would still do to the cluster: take along what it brought, or go on bringing it.</summary>
internal static class LeavingEngine
{
    // Each engine by a file that only it has, with what to do before its files leave Git.
    private static readonly ImmutableArray<(string Mark, string Engine, string Advice)> Engines =
    [
        ("flux/", "Flux", "suspend its Kustomizations before this is merged (flux suspend kustomization NAME), or Flux deletes with them all that they applied"),
        (ArgoCdDelivery.RootFile, "Argo CD", "delete its Applications without what they applied, the root first (argocd app delete NAME --cascade=false), or they go on applying these files"),
        (HelmfileDelivery.File, "Helmfile", "never uninstall its releases, which would delete all that they installed; delete their records (kubectl delete secret --selector owner=helm,name=RELEASE)"),
    ];

    /// <summary>A warning for each engine whose files go.</summary>
    /// <param name="before">Paths of the delivery files that stand there.</param>
    /// <param name="after">Paths of those that will.</param>
    public static IEnumerable<Finding> Find(IReadOnlyCollection<string> before, IReadOnlyCollection<string> after) =>
        from engine in Engines
        where Has(before, engine.Mark) && !Has(after, engine.Mark)
        select new Finding("ML1021", Severity.Warning, $"{engine.Engine} no longer delivers this: {engine.Advice}", engine.Mark);

    private static bool Has(IEnumerable<string> paths, string mark) =>
        paths.Any(path => mark.EndsWith('/') ? path.StartsWith(mark, StringComparison.Ordinal) : path == mark);
}
