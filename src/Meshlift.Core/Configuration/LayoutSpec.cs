using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>What delivers the files to the clusters.</summary>
public enum DeliveryEngine
{
    /// <summary>Flux: a kustomization in each folder, Kustomizations that depend on each other.</summary>
    Flux,
    /// <summary>Argo CD: Applications with sync waves.</summary>
    ArgoCd,
    /// <summary>Helmfile: the charts <c>istio</c> and <c>istio-crd</c>.</summary>
    Helmfile,
    /// <summary>Something else: folders alone.</summary>
    Plain,
}

/// <summary>How generated files are laid out.</summary>
/// <param name="Engine">What delivers them.</param>
/// <param name="Folder">Where they stand below each cluster's own folder.</param>
/// <param name="Source">Flux only: the GitRepository object that brings this repository.</param>
/// <param name="Namespace">Flux only: the namespace of Flux's own objects.</param>
/// <param name="Interval">Flux only: how often the cluster is compared with Git; more than zero.</param>
public sealed record LayoutSpec(DeliveryEngine Engine, RepositoryPath Folder, string Source, string Namespace, TimeSpan Interval)
{
    internal static Shape<LayoutSpec> Shape { get; } = Shapes.Mapping("layout", "How generated files are laid out for what delivers them to the clusters.", fields =>
    {
        var layout = new LayoutSpec(
            fields.Required("engine", Shapes.Choice<DeliveryEngine>("engine",
                new("flux", DeliveryEngine.Flux, "Flux Kustomizations that depend on each other"),
                new("argocd", DeliveryEngine.ArgoCd, "Argo CD Applications with sync waves"),
                new("helmfile", DeliveryEngine.Helmfile, "the charts `istio` and `istio-crd`"),
                new("plain", DeliveryEngine.Plain, "folders alone")), "what delivers the files"),
            fields.Optional("folder", Shapes.RepositoryPath, "istio-system", "where Istio's files stand below each cluster's path"),
            fields.Optional("source", Shapes.DnsName, "flux-system", "engine `flux` only: the name of the GitRepository object that brings this repository"),
            fields.Optional("namespace", Shapes.DnsLabel, "flux-system", "engine `flux` only: the namespace of Flux's own objects"),
            fields.Optional("interval", Shapes.Duration, "10m", "engine `flux` only: how often the cluster is compared with Git"));
        fields.Check(refuse =>
        {
            foreach (var key in (ReadOnlySpan<string>)["source", "namespace", "interval"])
                if (layout.Engine != DeliveryEngine.Flux && fields.Has(key)) refuse(key, $"'{key}' is used by engine flux only; remove it");
            if (layout.Interval == TimeSpan.Zero) refuse("interval", "the interval must be longer than 0s; the usual one is 10m");
        });
        return layout;
    });
}
