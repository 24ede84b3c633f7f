using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>What delivers the files to the clusters.</summary>
public enum DeliveryEngine
{
    /// <summary>Flux: a kustomization in each folder, Kustomizations that depend on each other.</summary>
    Flux,
    /// <summary>Argo CD: Applications with sync waves.</summary>
    ArgoCd,
    /// <summary>Helmfile: a chart for each folder, releases that need each other.</summary>
    Helmfile,
    /// <summary>Something else: folders alone.</summary>
    Plain,
}

/// <summary>How generated files are laid out.</summary>
/// <param name="Engine">What delivers them.</param>
/// <param name="Folder">Where they stand below each cluster's own folder.</param>
/// <param name="Source">Flux only: the GitRepository object that brings this repository.</param>
/// <param name="Namespace">The namespace of the engine's own objects: Flux's Kustomizations, Argo CD's Applications, the records of Helm's releases.</param>
/// <param name="Interval">Flux only: how often the cluster is compared with Git; more than zero.</param>
/// <param name="ArgoCd">What only Argo CD needs; null with another engine.</param>
public sealed record LayoutSpec(DeliveryEngine Engine, RepositoryPath Folder, string Source, string Namespace, TimeSpan Interval, ArgoCdSpec? ArgoCd = null)
{
    private static readonly (string Key, DeliveryEngine[] Engines)[] KeysOfEngines =
    [
        ("namespace", [DeliveryEngine.Flux, DeliveryEngine.ArgoCd, DeliveryEngine.Helmfile]),
        ("source", [DeliveryEngine.Flux]),
        ("interval", [DeliveryEngine.Flux]),
        ("repository", [DeliveryEngine.ArgoCd]),
        ("branch", [DeliveryEngine.ArgoCd]),
        ("project", [DeliveryEngine.ArgoCd]),
        ("destination", [DeliveryEngine.ArgoCd]),
    ];

    internal static Shape<LayoutSpec> Shape { get; } = Shapes.Mapping("layout", "How generated files are laid out for what delivers them to the clusters.", fields =>
    {
        var engine = fields.Required("engine", Shapes.Choice<DeliveryEngine>("engine",
            new("flux", DeliveryEngine.Flux, "Flux Kustomizations that depend on each other"),
            new("argocd", DeliveryEngine.ArgoCd, "Argo CD Applications with sync waves"),
            new("helmfile", DeliveryEngine.Helmfile, "a chart for each folder, and a `helmfile.yaml` of releases that need each other"),
            new("plain", DeliveryEngine.Plain, "folders alone")), "what delivers the files");
        var folder = fields.Optional("folder", Shapes.RepositoryPath, "istio-system", "where Istio's files stand below each cluster's path");
        var @namespace = fields.Optional("namespace", Shapes.DnsLabel,
            "engines `flux`, `argocd` and `helmfile`: the namespace of Flux's Kustomizations, Argo CD's Applications or the records of Helm's releases; `flux-system`, `argocd` or `istio-system` when absent");
        var source = fields.Optional("source", Shapes.DnsName, "flux-system", "engine `flux` only: the name of the GitRepository object that brings this repository");
        var interval = fields.Optional("interval", Shapes.Duration, "10m", "engine `flux` only: how often the cluster is compared with Git");
        var argoCd = ArgoCdSpec.Read(fields);
        fields.Check(refuse =>
        {
            foreach (var (key, engines) in KeysOfEngines)
                if (!engines.Contains(engine) && fields.Has(key))
                    refuse(key, $"'{key}' is used by {(engines.Length == 1 ? "engine" : "engines")} {string.Join(", ", engines.Select(one => one.ToString().ToLowerInvariant()))} only; remove it");
            if (interval == TimeSpan.Zero) refuse("interval", "the interval must be longer than 0s; the usual one is 10m");
            if (engine == DeliveryEngine.ArgoCd) ArgoCdSpec.Check(argoCd, refuse);
        });
        return new LayoutSpec(engine, folder, source, @namespace ?? DefaultNamespace(engine), interval, engine == DeliveryEngine.ArgoCd ? argoCd : null);
    });

    private static string DefaultNamespace(DeliveryEngine engine) => engine switch
    {
        DeliveryEngine.ArgoCd => "argocd",
        DeliveryEngine.Helmfile => "istio-system",
        _ => "flux-system",
    };
}
